import { slimStructure } from '../../model/network.ts'
import type { TaskSchemas } from '../../model/network.ts'
import { costOf, searchWidths } from '../../model/slim/search.ts'
import { slimCosts } from '../../model/slim/slimCost.ts'
import { slimWidths, uniformWidths } from '../../model/slim/widths.ts'
import type { RunConfiguration } from '../configuration.ts'
import type { SlimModelName } from '../networkChoices.ts'
import type { Controller } from './controller.ts'

/** Chooses the widths of a slim model by `searchWidths`. */
export function slimController(
  configuration: RunConfiguration & { readonly model: SlimModelName },
  schemas: TaskSchemas,
): Controller {
  const { model, network, norm } = configuration
  const tasks = Object.keys(schemas)
  const costs = slimCosts(model, schemas, configuration)
  const [narrowest, widest] = [slimWidths[0], 1 as const].map((width) => uniformWidths(tasks, width))
  const minimumMacs = costOf(costs.macs, narrowest)
  return {
    kind: 'slim',
    tasks,
    structure: { kind: 'slim', ...slimStructure(model, schemas) },
    minimumMacs,
    maximumMacs: costOf(costs.macs, widest),
    maximumParameters: costOf(costs.parameters, widest),
    choose(preferences, budget) {
      const found = searchWidths(preferences, budget, costs.macs)
      if ('minimumMacs' in found) return { feasible: false, ...found }
      const { widths, macs } = found
      const parameters = costOf(costs.parameters, widths)
      const configuration = { kind: 'slim' as const, ...widths }
      return { feasible: true, configuration, form: { model, network, norm, widths }, macs, parameters }
    },
  }
}
