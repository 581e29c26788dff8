import type { PeopleColumns } from './columns.ts'

/** A number of each row that people filter and sort by. */
export interface NumericField {
  readonly id: string
  readonly title: string
  readonly whole: boolean
  /** NaN: none. */
  readonly values: Float32Array
}

/** Fields of a project, in the order in which they are shown; those that no row has are left out. */
export function numericFields(columns: PeopleColumns): NumericField[] {
  const fields: NumericField[] = [
    // Boxes need not begin and end at pixels; people filter by whole ones.
    { id: 'boxHeight', title: 'Box height, px', whole: true, values: columns.height.map(Math.round) },
    { id: 'imageHeight', title: 'Picture height, px', whole: true, values: columns.imageHeight },
  ]
  for (const { name, joints, score } of columns.tasks) {
    if (joints !== null)
      fields.push({ id: `joints:${name}`, title: `Visible joints of ${name}`, whole: true, values: joints })
    fields.push({ id: `score:${name}`, title: `Suspect score of ${name}`, whole: false, values: score })
  }
  return fields.filter(({ values }) => values.some((value) => !Number.isNaN(value)))
}

/** Rows in the order of a field, ascending, then rows without a value; ties by row. */
export function ascendingOrder(values: Float32Array): { readonly order: Uint32Array; readonly known: number } {
  const rows = new Uint32Array(values.length)
  let known = 0
  for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row])) rows[known++] = row
  rows.subarray(0, known).sort((a, b) => values[a] - values[b] || a - b)
  let at = known
  for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row])) rows[at++] = row
  return { order: rows, known }
}
