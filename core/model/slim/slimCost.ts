import type { SlimModelName } from '../../training/networkChoices.ts'
import { declareNetwork } from '../network.ts'
import type { TaskSchemas } from '../network.ts'
import type { SlimCost } from './search.ts'
import { slimWidths, uniformWidths } from './widths.ts'
import type { SlimWidth } from './widths.ts'

/** Multiply–adds of every part of a slim model at every width, counted from its layers. */
export function slimCost(
  model: SlimModelName,
  tasks: TaskSchemas,
  size: { readonly height: number; readonly width: number },
): SlimCost {
  const names = Object.keys(tasks)
  const counts = slimWidths.map((encoder) =>
    slimWidths.map((decoder) => {
      const widths = { ...uniformWidths(names, decoder), encoder }
      const declaration = declareNetwork({ model, network: 'multi-head', norm: 'group', widths }, tasks, size, 0)
      return {
        encoder: declaration.macsOf(null),
        decoders: new Map(names.map((task) => [task, declaration.macsOf(task)])),
      }
    }),
  )
  const at = (encoder: SlimWidth, decoder: SlimWidth) =>
    counts[slimWidths.indexOf(encoder)][slimWidths.indexOf(decoder)]
  return {
    encoder: (width) => at(width, width).encoder,
    decoder: (task, encoder, width) => at(encoder, width).decoders.get(task) ?? 0,
  }
}
