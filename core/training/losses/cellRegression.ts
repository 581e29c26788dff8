import type { TaskLoss } from './taskLoss.ts'

/** A cell's target is the mean over this many points a side: one pixel at an edge between near and far would be a draw. */
const pointsPerSide = 3

/** The points of a cell that its target is the mean of, as shares of the cell from its left upper corner. */
export const pointsOfCell: readonly { readonly x: number; readonly y: number }[] = Array.from(
  { length: pointsPerSide ** 2 },
  (_, point) => ({
    x: ((point % pointsPerSide) + 0.5) / pointsPerSide,
    y: (Math.floor(point / pointsPerSide) + 0.5) / pointsPerSide,
  }),
)

/**
 * How a map of one loss a cell is weighed and read: each valid cell of a row counts the same.
 * @param cells of a row
 * @param valid [batch × cells] 1 where the label says something
 * @param weight [batch × cells] the feed that is filled
 */
export function cellRegression(
  cells: number,
  valid: Uint8Array,
  weight: Float32Array,
): Pick<TaskLoss, 'weigh' | 'read'> {
  return {
    weigh(b, weights, share) {
      let count = 0
      for (let cell = b * cells; cell < (b + 1) * cells; cell++) count += valid[cell]
      for (let cell = b * cells; cell < (b + 1) * cells; cell++)
        weight[cell] = (valid[cell] * share * weights[0]) / count
    },
    read(b, { loss }, into) {
      let [sum, count] = [0, 0]
      for (let cell = b * cells; cell < (b + 1) * cells; cell++) {
        if (!valid[cell]) continue
        // Rounding can put a loss of nothing below 0.
        sum += Math.max(0, loss[cell])
        count += 1
      }
      into.loss = into.componentLoss[0] = sum / count
    },
  }
}
