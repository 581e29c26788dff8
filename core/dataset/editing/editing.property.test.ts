import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BrushStroke } from './brush.ts'
import { floodFill, mergeParts } from './fill.ts'
import { cellsOfRuns, partsRuns, patchRuns } from './maskRuns.ts'
import { paintParts } from './labelPatches.ts'
import {
  applyPatch,
  emptyMask,
  maskOfParts,
  overBackground,
  partsOfMask,
  revertPatch,
  type MaskPatch,
  type PartMask,
} from './mask.ts'
import { fillPolygon } from './polygon.ts'

const [width, height] = [97, 70]
const place = fc.integer({ min: -20, max: 110 })
const part = fc.integer({ min: 0, max: 4 })

type Gesture = (mask: PartMask) => MaskPatch | null

const stroke: fc.Arbitrary<Gesture> = fc
  .record({
    points: fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 5 }),
    radius: fc.double({ min: 0.1, max: 25, noNaN: true }),
    shape: fc.constantFrom('round' as const, 'square' as const),
    over: fc.constantFrom(null, overBackground()),
    part,
  })
  .map(({ points, ...brush }) => (mask) => {
    const line = new BrushStroke(mask, brush)
    for (const [x, y] of points) line.extend(x + 0.3, y + 0.7)
    return line.finish()
  })
const polygon: fc.Arbitrary<Gesture> = fc.tuple(fc.array(place, { minLength: 6, maxLength: 12 }), part).map(
  ([corners, painted]) =>
    (mask) =>
      fillPolygon(mask, corners.slice(0, corners.length & ~1), painted),
)
const fill: fc.Arbitrary<Gesture> = fc.tuple(place, place, part).map(
  ([x, y, painted]) =>
    (mask) =>
      floodFill(mask, x, y, painted),
)
const merge: fc.Arbitrary<Gesture> = fc.tuple(part, part).map(
  ([from, into]) =>
    (mask) =>
      mergeParts(mask, [from], into),
)
const gesture = fc.oneof(stroke, stroke, polygon, fill, merge)
/** Made in the test, so that a counterexample names gestures and not seven thousand pixels. */
function drawn(gestures: readonly Gesture[]): PartMask {
  const mask = emptyMask(width, height)
  for (const draw of gestures) draw(mask)
  return mask
}
const some = fc.array(gesture, { maxLength: 6 })

test('a gesture reverted is as if it had not been, and applied again as it was', () => {
  fc.assert(
    fc.property(some, gesture, (gestures, draw) => {
      const mask = drawn(gestures)
      const before = mask.data.slice()
      const patch = draw(mask)
      const after = mask.data.slice()
      if (patch === null) {
        expect(after).toEqual(before)
        return
      }
      revertPatch(mask, patch)
      expect(mask.data).toEqual(before)
      applyPatch(mask, patch)
      expect(mask.data).toEqual(after)
    }),
    { numRuns: 150, seed: 1 },
  )
})

test('masks come back from a label and from runs bit by bit, and strokes stored as patches add up to the mask', () => {
  fc.assert(
    fc.property(some, fc.array(gesture, { maxLength: 5 }), (drawnBefore, gestures) => {
      const mask = drawn(drawnBefore)
      let label = partsOfMask(mask)
      expect(maskOfParts(label, width, height).data).toEqual(mask.data)
      expect(cellsOfRuns(partsRuns(label))).toEqual(label.data)
      for (const draw of gestures) {
        const patch = draw(mask)
        if (patch === null) continue
        const sent = patchRuns(patch)
        label = paintParts(label, sent, cellsOfRuns(sent))
      }
      expect(maskOfParts(label, width, height).data).toEqual(mask.data)
    }),
    { numRuns: 60, seed: 3 },
  )
})
