import { MendError } from '../../dataset/mendError.ts'

/** Rows in two arrays of `givenWidth` and `predictedWidth` values a row. Throws `metric-shape` where they disagree. */
export function batchRows(given: number, givenWidth: number, predicted: number, predictedWidth: number): number {
  const rows = given / givenWidth
  if (Number.isInteger(rows) && predicted === rows * predictedWidth) return rows
  throw new MendError(
    'metric-shape',
    `${given} given values in rows of ${givenWidth} against ${predicted} predicted in rows of ${predictedWidth}`,
    'Give one row of predictions for each row of labels.',
  )
}
