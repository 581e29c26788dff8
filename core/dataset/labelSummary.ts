import { notAnnotatedPart, visibility, type LabelValue } from './label.ts'
import { validShare } from './normals.ts'
import type { TaskSchema } from './task.ts'

/** A label in a few words: "12 visible, 1 hidden of 14", "9 of 59 parts". */
export function labelSummary(schema: TaskSchema, value: LabelValue): string {
  switch (value.kind) {
    case 'keypoints': {
      const count = (state: number): number => value.joints.filter((joint) => joint.v === state).length
      const hidden = count(visibility.hidden)
      return `${count(visibility.visible)} visible${hidden === 0 ? '' : `, ${hidden} hidden`} of ${value.joints.length}`
    }
    case 'parts': {
      const present = new Set(value.data)
      present.delete(0)
      present.delete(notAnnotatedPart)
      const parts = schema.kind === 'parts' ? schema.parts.length - 1 : present.size
      return `${present.size} of ${parts} parts`
    }
    case 'attributes': {
      const known = value.values.filter((answer) => answer !== null).length
      const yes = value.values.filter((answer) => answer === true).length
      return `${yes} yes, ${known - yes} no of ${value.values.length}`
    }
    case 'identity':
      return value.identity ?? 'nobody known'
    case 'depth': {
      let valid = 0
      for (const raw of value.data) if (raw !== 0) valid++
      return `${Math.round((100 * valid) / value.data.length)}% valid of ${value.width} × ${value.height}`
    }
    case 'normals':
      return `${Math.round(100 * validShare(value))}% valid of ${value.width} × ${value.height}`
    case 'vector': {
      const known = value.values.filter((entry) => Number.isFinite(entry)).length
      return `${known} of ${value.values.length} components`
    }
  }
}
