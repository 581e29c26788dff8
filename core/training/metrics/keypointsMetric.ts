import { visibility } from '../../dataset/label.ts'
import { averageOksPrecision, objectKeypointSimilarity } from './keypointSimilarity.ts'
import { findJoints, jointSigma } from './joints.ts'
import type { Metric } from './metric.ts'
import { batchRows } from './metricShape.ts'

/**
 * Over joints that are placed (hidden or visible); the others count nowhere. Given: Float32 [B, J, 3] x, y, visibility;
 * predicted: Float32 [B, J, 3] x, y, confidence, both in crop pixels.
 * - `pckHead`: share of joints nearer than 0.5 × head top to neck (PCKh@0.5, Andriluka et al. 2014).
 * - `pckTorso`, `pckTorso20`: nearer than 0.5 × and 0.2 × the torso, shoulder to opposite hip, the mean of both diagonals
 *   where both are placed (PCK@0.2 is the usual figure for LSP).
 * - `oksAp`: COCO's AP over OKS 0.50 … 0.95, each crop being one detection scored by its mean confidence over all joints.
 *   Snapshots have no segment areas: the joints' extent stands in, see `keypointSimilarity.ts`.
 * People whose own head or torso is not placed are left out of the PCK measured by it.
 */
export function createKeypointsMetric(joints: readonly string[]): Metric<Float32Array, Float32Array> {
  const known = findJoints(joints)
  const sigma = joints.map(jointSigma)
  const width = joints.length * 3
  const counts = { head: 0, headNear: 0, torso: 0, torsoNear: 0, torsoNear20: 0 }
  const similarities: number[] = []
  const scores: number[] = []

  function addPerson(given: Float32Array, predicted: Float32Array): void {
    const head = jointDistance(given, known.headTop, known.neck)
    const torso = meanPresent(
      jointDistance(given, known.leftShoulder, known.rightHip),
      jointDistance(given, known.rightShoulder, known.leftHip),
    )
    for (let j = 0; j < joints.length; j++) {
      if (!isPlaced(given[3 * j + 2])) continue
      const distance = Math.hypot(given[3 * j] - predicted[3 * j], given[3 * j + 1] - predicted[3 * j + 1])
      if (head > 0) {
        counts.head++
        if (distance < 0.5 * head) counts.headNear++
      }
      if (torso > 0) {
        counts.torso++
        if (distance < 0.5 * torso) counts.torsoNear++
        if (distance < 0.2 * torso) counts.torsoNear20++
      }
    }
    const similarity = objectKeypointSimilarity(given, predicted, sigma)
    if (similarity === null) return
    similarities.push(similarity)
    let confidence = 0
    for (let j = 0; j < joints.length; j++) confidence += predicted[3 * j + 2]
    scores.push(confidence / joints.length)
  }

  return {
    add({ given, predicted }) {
      const rows = batchRows(given.length, width, predicted.length, width)
      for (let row = 0; row < rows; row++) {
        addPerson(given.subarray(row * width, (row + 1) * width), predicted.subarray(row * width, (row + 1) * width))
      }
    },
    result() {
      return {
        ...(counts.head > 0 && { pckHead: counts.headNear / counts.head }),
        ...(counts.torso > 0 && {
          pckTorso: counts.torsoNear / counts.torso,
          pckTorso20: counts.torsoNear20 / counts.torso,
        }),
        ...(similarities.length > 0 && { oksAp: averageOksPrecision(similarities, scores) }),
      }
    },
  }
}

function isPlaced(v: number): boolean {
  return v === visibility.hidden || v === visibility.visible
}

/** NaN where either joint is not placed or not in the skeleton. */
function jointDistance(given: Float32Array, a: number, b: number): number {
  if (a < 0 || b < 0 || !isPlaced(given[3 * a + 2]) || !isPlaced(given[3 * b + 2])) return NaN
  return Math.hypot(given[3 * a] - given[3 * b], given[3 * a + 1] - given[3 * b + 1])
}

function meanPresent(a: number, b: number): number {
  return Number.isNaN(a) ? b : Number.isNaN(b) ? a : (a + b) / 2
}
