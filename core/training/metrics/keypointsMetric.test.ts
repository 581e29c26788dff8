import { describe, expect, test } from 'vitest'
import { createKeypointsMetric } from './keypointsMetric.ts'
import { averageOksPrecision, objectKeypointSimilarity } from './keypointSimilarity.ts'
import { findJoints, jointSigma } from './joints.ts'

const lsp = ['left shoulder', 'right shoulder', 'left hip', 'right hip', 'neck', 'head top', 'left wrist']

/** Torso diagonals of 50 (30-40-50 triangles), head of 10; the wrist far out. */
const given = [0, 0, 2, 30, 0, 2, 0, 40, 2, 30, 40, 2, 15, 0, 1, 15, -10, 2, 60, 20, 2]

function moved(joint: number, dx: number): Float32Array {
  const predicted = Float32Array.from(given)
  for (let j = 0; j < lsp.length; j++) predicted[3 * j + 2] = 1
  predicted[3 * joint] += dx
  return predicted
}

describe('PCK', () => {
  test('counts joints within half a head and within 0.5 and 0.2 of the torso', () => {
    const metric = createKeypointsMetric(lsp)
    metric.add({ given: Float32Array.from(given), predicted: moved(6, 4.9) })
    expect(metric.result()).toMatchObject({ pckHead: 1, pckTorso: 1, pckTorso20: 1 })
    metric.add({ given: Float32Array.from(given), predicted: moved(6, 5.1) })
    expect(metric.result()).toMatchObject({ pckHead: 13 / 14, pckTorso: 1, pckTorso20: 1 })
    metric.add({ given: Float32Array.from(given), predicted: moved(6, 10.1) })
    expect(metric.result()).toMatchObject({ pckHead: 19 / 21, pckTorso: 1, pckTorso20: 20 / 21 })
    metric.add({ given: Float32Array.from(given), predicted: moved(6, 25.1) })
    expect(metric.result()).toMatchObject({ pckHead: 25 / 28, pckTorso: 27 / 28, pckTorso20: 26 / 28 })
  })

  test('leaves out joints that are absent or not annotated, and people without a head or torso to measure by', () => {
    const metric = createKeypointsMetric(lsp)
    const partial = Float32Array.from(given)
    partial[3 * 6 + 2] = 3
    partial[3 * 5 + 2] = 0
    partial[3 * 0 + 2] = 0
    metric.add({ given: partial, predicted: moved(6, 1000) })
    // No head; the torso by its one diagonal that is left; 4 joints remain.
    expect(metric.result().pckHead).toBeUndefined()
    expect(metric.result().pckTorso).toBe(1)
    const unlabelled = createKeypointsMetric(lsp)
    unlabelled.add({ given: new Float32Array(21), predicted: new Float32Array(21) })
    expect(unlabelled.result()).toEqual({})
  })

  test('finds joints whatever a source calls them', () => {
    expect(findJoints(['head', 'l_shoulder', 'R. shoulder', 'leftHip', 'right_hip', 'upper neck'])).toEqual({
      headTop: 0,
      neck: 5,
      leftShoulder: 1,
      rightShoulder: 2,
      leftHip: 3,
      rightHip: 4,
    })
    expect(findJoints(['nose', 'left_eye']).headTop).toBe(-1)
    expect(jointSigma('left_eye')).toBe(0.025)
    expect(jointSigma('left ankle')).toBe(0.089)
    expect(jointSigma('tail')).toBe(0.08)
  })
})

describe('OKS', () => {
  test('is exp(−d²/(2·area·(2σ)²)) averaged over placed joints', () => {
    // Extent 10 × 20: area 0.53 · 200 = 106; σ = 0.1, so 2·106·0.04 = 8.48; one joint off by 2: exp(−4/8.48).
    const truth = Float32Array.of(0, 0, 2, 10, 20, 1, 5, 5, 0)
    const guess = Float32Array.of(0, 2, 1, 10, 20, 1, 99, 99, 1)
    expect(objectKeypointSimilarity(truth, guess, [0.1, 0.1, 0.1])).toBeCloseTo((Math.exp(-4 / 8.48) + 1) / 2, 6)
  })

  test('keeps an area for an upright person and has no answer for a single joint', () => {
    // Extent 0 × 20: area 0.53 · 5 · 20 = 53.
    const upright = Float32Array.of(3, 0, 2, 3, 20, 2)
    const guess = Float32Array.of(3, 0, 1, 4, 20, 1)
    expect(objectKeypointSimilarity(upright, guess, [0.1, 0.1])).toBeCloseTo((1 + Math.exp(-1 / 4.24)) / 2, 6)
    expect(objectKeypointSimilarity(Float32Array.of(3, 0, 2, 0, 0, 0), guess, [0.1, 0.1])).toBeNull()
  })

  test('AP is 1 for perfect joints and follows the 101 points for a mixture', () => {
    expect(averageOksPrecision([1, 1, 1], [0.1, 0.2, 0.3])).toBe(1)
    // At 0.50 … 0.70 both are found: 1. At 0.75 … 0.95 only the one ranked second: precision 1/2 up to recall 1/2: 51 points.
    expect(averageOksPrecision([0.7, 1], [0.9, 0.5])).toBeCloseTo((5 * 1 + 5 * 0.5 * (51 / 101)) / 10, 12)
    // Ranked first, it has precision 1 up to recall 1/2.
    expect(averageOksPrecision([0.7, 1], [0.5, 0.9])).toBeCloseTo((5 * 1 + 5 * (51 / 101)) / 10, 12)
  })
})
