/** Size of the grey picture behind a difference hash: 8 comparisons a row, 8 rows. */
export const hashWidth = 9
export const hashHeight = 8

/**
 * 64-bit difference hash (Krawetz): one bit a pair of horizontal neighbours in a 9×8 grey reduction, 1 where the right
 * one is brighter; the top-left pair is the highest bit. Survives scaling and recompression, not cropping or mirroring.
 * @param grey [72] row-major
 */
export function differenceHash(grey: ArrayLike<number>): bigint {
  if (grey.length !== hashWidth * hashHeight)
    throw new RangeError(`${grey.length} pixels, not ${hashWidth}×${hashHeight}`)
  let hash = 0n
  for (let y = 0; y < hashHeight; y++) {
    for (let x = 0; x + 1 < hashWidth; x++) {
      const at = y * hashWidth + x
      hash = (hash << 1n) | (grey[at + 1] > grey[at] ? 1n : 0n)
    }
  }
  return hash
}

function ones32(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}

/** Number of different bits of two 64-bit hashes, 0 … 64. */
export function hammingDistance(a: bigint, b: bigint): number {
  const different = BigInt.asUintN(64, a ^ b)
  return ones32(Number(different & 0xffffffffn)) + ones32(Number(different >> 32n))
}
