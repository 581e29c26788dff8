/** Features of one task's stream in one layer: a row of equal length for each image of the probe set. */
export type ProbeFeatures = readonly Float32Array[]

/**
 * How alike tasks see the same images (representation similarity, methods.md 6): 1 − the mean absolute difference of their matrices
 * of distances between images, rows scaled to 0 … 1, averaged over layers.
 *
 * @param features [task][layer], all of the same images
 * @returns [tasks × tasks] row-major, 0 … 1, symmetric; 1 on the diagonal
 */
export function taskAffinity(features: readonly (readonly ProbeFeatures[])[]): Float32Array {
  const tasks = features.length
  const distances = features.map((layers) => layers.map(scaledDistances))
  const affinity = new Float32Array(tasks * tasks).fill(1)
  for (let a = 0; a < tasks; a++) {
    for (let b = 0; b < a; b++) {
      const layers = distances[a].map((own, layer) => meanDifference(own, distances[b][layer]))
      const value = 1 - layers.reduce((sum, each) => sum + each, 0) / layers.length
      affinity[a * tasks + b] = affinity[b * tasks + a] = value
    }
  }
  return affinity
}

/** [n × n] Euclidean distances, each row divided by its largest; a row of nothing but zeros stays. */
export function scaledDistances(rows: ProbeFeatures): Float64Array {
  const n = rows.length
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) matrix[i * n + j] = matrix[j * n + i] = distance(rows[i], rows[j])
  }
  for (let i = 0; i < n; i++) {
    const row = matrix.subarray(i * n, (i + 1) * n)
    const largest = row.reduce((most, value) => Math.max(most, value), 0)
    if (largest > 0) for (let j = 0; j < n; j++) row[j] /= largest
  }
  return matrix
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += (a[at] - b[at]) ** 2
  return Math.sqrt(sum)
}

/** Of the entries off the diagonal, where all matrices are 0. */
function meanDifference(a: Float64Array, b: Float64Array): number {
  const n = Math.sqrt(a.length)
  if (n < 2) return 0
  return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]), 0) / (n * (n - 1))
}
