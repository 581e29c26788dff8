import type { TaskView } from '../../../core/api/labels.ts'
import { visibility } from '../../../core/dataset/label.ts'
import { formatCount, formatValue } from '../../ui/numbers.ts'
import type { SessionLabel } from './model/sessionLabel.ts'

/** A label in a few words, as it stands in a list: "12 visible · 1 hidden". */
export function labelWords(schema: TaskView['schema'], label: SessionLabel | null): string {
  const value = label?.value ?? null
  if (label === null || (value === null && label.mask === null)) return 'not annotated'
  if (schema.kind === 'parts') return `${formatCount(schema.parts.length - 1)} parts known`
  switch (value?.kind) {
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
    case 'vector':
      return `${value.values.filter((entry) => entry !== null).length} of ${value.values.length} components`
    default:
      return 'not annotated'
  }
}
