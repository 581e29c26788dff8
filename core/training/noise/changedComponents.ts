import { componentNames, type TaskSchema } from '../../dataset/task.ts'
import type { LabelRow } from './kinds.ts'

/**
 * Which components of a label two rows disagree on, ascending, numbered as `componentNames` lists them. A part has
 * changed when its set of pixels has; a joint when its place or visibility has; a vector group when any entry has.
 */
export function changedComponents(schema: TaskSchema, before: LabelRow, after: LabelRow): Int32Array {
  const changed = new Uint8Array(componentNames(schema).length)
  const componentOf = entryComponents(schema)
  for (let entry = 0; entry < before.length; entry++) {
    // Object.is: two missing values (NaN) are equal.
    if (Object.is(before[entry], after[entry])) continue
    if (schema.kind === 'parts') {
      if (before[entry] < changed.length) changed[before[entry]] = 1
      if (after[entry] < changed.length) changed[after[entry]] = 1
    } else changed[componentOf(entry)] = 1
  }
  return Int32Array.from(Array.from(changed.keys()).filter((component) => changed[component] === 1))
}

function entryComponents(schema: TaskSchema): (entry: number) => number {
  switch (schema.kind) {
    case 'attributes':
      return (entry) => entry
    case 'keypoints':
      return (entry) => Math.floor(entry / 3)
    case 'vector':
      return (entry) => schema.groups.findIndex((group) => entry >= group.start && entry < group.start + group.length)
    case 'parts':
    case 'depth':
    case 'normals':
    case 'identity':
      return () => 0
  }
}
