import type { LabelValue, PartsValue } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import { componentNames, type TaskSchema } from '../dataset/task.ts'

/**
 * The label with some of its components as the network predicts them: joints and attributes by name; of a part, the pixels
 * that either of the two gives it.
 * @throws MendError `component-unknown`, `no-prediction` for labels that have no components
 */
export function acceptComponents(
  schema: TaskSchema,
  given: LabelValue,
  predicted: LabelValue,
  components: readonly string[],
): LabelValue {
  const names = componentNames(schema)
  const chosen = new Set(
    components.map((name) => {
      const index = names.indexOf(name)
      if (index >= 0) return index
      throw new MendError('component-unknown', `the task has no ${name}`, `it has: ${names.join(', ')}`)
    }),
  )
  if (given.kind === 'keypoints' && predicted.kind === 'keypoints') {
    return { ...given, joints: given.joints.map((joint, at) => (chosen.has(at) ? predicted.joints[at] : joint)) }
  }
  if (given.kind === 'attributes' && predicted.kind === 'attributes') {
    return { ...given, values: given.values.map((value, at) => (chosen.has(at) ? predicted.values[at] : value)) }
  }
  if (given.kind === 'parts' && predicted.kind === 'parts') return acceptParts(given, predicted, chosen)
  throw new MendError('no-prediction', `a ${given.kind} label is accepted as a whole`, 'accept it without components')
}

function acceptParts(given: PartsValue, predicted: PartsValue, chosen: ReadonlySet<number>): PartsValue {
  const left = Math.min(given.left, predicted.left)
  const top = Math.min(given.top, predicted.top)
  const width = Math.max(given.left + given.width, predicted.left + predicted.width) - left
  const height = Math.max(given.top + given.height, predicted.top + predicted.height) - top
  const data = new Uint8Array(width * height)
  for (let row = 0; row < given.height; row++) {
    const line = given.data.subarray(row * given.width, (row + 1) * given.width)
    data.set(line, (given.top - top + row) * width + given.left - left)
  }
  for (let row = 0; row < predicted.height; row++) {
    const start = (predicted.top - top + row) * width + predicted.left - left
    for (let column = 0; column < predicted.width; column++) {
      const part = predicted.data[row * predicted.width + column]
      if (chosen.has(part) || chosen.has(data[start + column])) data[start + column] = part
    }
  }
  return { kind: 'parts', left, top, width, height, data }
}
