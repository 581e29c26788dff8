import type { SlimModelName } from '../../training/networkChoices.ts'
import { declareNetwork } from '../network.ts'
import type { TaskSchemas } from '../network.ts'
import type { Declaration } from '../scope.ts'
import type { SlimCost } from './search.ts'
import { slimWidths, uniformWidths } from './widths.ts'
import type { SlimWidth } from './widths.ts'

export interface SlimCosts {
  /** Multiply–adds of an image. */
  readonly macs: SlimCost
  /** Weights that are used. */
  readonly parameters: SlimCost
}

/** What every part of a slim model costs at every width, counted from its layers. */
export function slimCosts(
  model: SlimModelName,
  tasks: TaskSchemas,
  size: { readonly height: number; readonly width: number },
): SlimCosts {
  const names = Object.keys(tasks)
  const declared = slimWidths.map((encoder) =>
    slimWidths.map((decoder) => {
      const widths = { ...uniformWidths(names, decoder), encoder }
      return declareNetwork({ model, network: 'multi-head', norm: 'group', widths }, tasks, size, 0)
    }),
  )
  const counted = (count: (declaration: Declaration, task: string | null) => number): SlimCost => {
    const tables = new Map(
      [null, ...names].map((task) => [task, declared.map((row) => row.map((one) => count(one, task)))]),
    )
    const at = (task: string | null, encoder: SlimWidth, decoder: SlimWidth): number =>
      tables.get(task)?.[slimWidths.indexOf(encoder)][slimWidths.indexOf(decoder)] ?? 0
    return { encoder: (width) => at(null, width, width), decoder: at }
  }
  return {
    macs: counted((declaration, task) => declaration.macsOf(task)),
    parameters: counted((declaration, task) => declaration.usedValuesOf(task)),
  }
}
