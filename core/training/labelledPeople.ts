import { splits } from '../dataset/label.ts'
import type { Split } from '../dataset/label.ts'
import type { Snapshot } from '../snapshot/read.ts'

/** People of a split with a label of one of the tasks: their places in the snapshot, ascending. */
export function labelledPeople(snapshot: Snapshot, split: Split, tasks: readonly string[]): Int32Array {
  const wanted = splits.indexOf(split)
  const columns = tasks.map((task) => snapshot.presence(task))
  const everybody = Int32Array.from({ length: snapshot.people }, (_, person) => person)
  return everybody.filter(
    (person) => snapshot.splits[person] === wanted && columns.some((column) => column[person] === 1),
  )
}

/** Says of two of the tasks, by their places, whether some of the people have labels of both. */
export function labelledTogether(
  snapshot: Snapshot,
  tasks: readonly string[],
  people: Int32Array,
): (a: number, b: number) => boolean {
  const columns = tasks.map((task) => snapshot.presence(task))
  return (a, b) => people.some((person) => columns[a][person] === 1 && columns[b][person] === 1)
}
