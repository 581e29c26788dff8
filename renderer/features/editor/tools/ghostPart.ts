import { pickPart } from '../../../../core/dataset/editing/mask.ts'
import type { PointerMoment } from '../stage/pointerInput.ts'
import type { ToolHost } from './toolHost.ts'

/** The part of the prediction under the pointer, or, where that is background, of the label; null: none is shown there. */
export function hoveredGhostPart(host: ToolHost, moment: PointerMoment | null): number | null {
  const subject = host.parts()
  const predicted = moment === null ? null : host.ghostPart(moment.image)
  if (subject === null || moment === null || predicted === null) return null
  if (predicted > 0) return predicted
  const given = pickPart(subject.mask, moment.image.x, moment.image.y)
  // Where both say background there is nothing to take over.
  return given === null || given === 0 || given >= subject.parts.length ? null : given
}

/** Takes the part under the pointer over from the prediction. @returns whether there was one */
export function acceptHoveredPart(host: ToolHost, moment: PointerMoment | null): boolean {
  const part = hoveredGhostPart(host, moment)
  const name = part === null ? undefined : host.parts()?.parts[part]
  if (name === undefined) return false
  host.acceptGhost([name])
  return true
}
