import type { DrawnValueOf, TaskView } from '../../../core/api/labels.ts'
import { notAnnotatedPart, visibility } from '../../../core/dataset/label.ts'
import { partCells } from '../../overlays/rasters.ts'
import { formatCount, formatValue } from '../../ui/numbers.ts'
import type { SessionLabel } from './model/sessionLabel.ts'

const counted = new WeakMap<DrawnValueOf<'parts'>, number>()

/** Parts that a map has, of those that a list of changes shows again and again. */
function presentParts(value: DrawnValueOf<'parts'>): number {
  const known = counted.get(value)
  if (known !== undefined) return known
  const present = new Set(partCells(value))
  present.delete(0)
  present.delete(notAnnotatedPart)
  counted.set(value, present.size)
  return present.size
}

export function presentWords(present: number, all: number): string {
  return `${formatCount(present)} of ${formatCount(all)} parts`
}

/** A label in a few words, as it stands in a list: "12 visible · 1 hidden". */
export function labelWords(schema: TaskView['schema'], label: SessionLabel | null): string {
  const value = label?.value ?? null
  if (label === null || (value === null && label.mask === null)) return 'not annotated'
  switch (value?.kind) {
    case 'parts':
      return schema.kind === 'parts' ? presentWords(presentParts(value), schema.parts.length - 1) : ''
    case 'keypoints': {
      const count = (wanted: number): number => value.joints.filter(([, , v]) => v === wanted).length
      const open = count(visibility.notAnnotated)
      const said = [
        `${count(visibility.visible)} visible`,
        ...(count(visibility.hidden) > 0 ? [`${count(visibility.hidden)} hidden`] : []),
        ...(open > 0 ? [`${open} open`] : []),
      ]
      return said.join(' · ')
    }
    case 'attributes':
      return `${value.values.filter((answer) => answer !== null).length} of ${value.values.length} annotated`
    case 'identity':
      return value.identity ?? 'nobody known'
    case 'depth':
      return `${formatValue(value.low)} – ${formatValue(value.high)} ${schema.kind === 'depth' ? schema.unit : ''}`
    case 'normals':
      return `${formatCount(value.width)} × ${formatCount(value.height)} directions`
    case 'vector':
      return `${value.values.filter((entry) => entry !== null).length} of ${value.values.length} components`
    default:
      return label.mask === null ? 'not annotated' : 'being drawn'
  }
}
