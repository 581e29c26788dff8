import { notAnnotatedPart } from '../../dataset/label.ts'
import type { Random } from '../../synthetic/random.ts'
import type { NoiseFrame } from './kinds.ts'

/** A part below this share of the crop is not relabelled: at 96×64 that is 12 pixels, which no eye would miss either. */
const smallestRelabelledShare = 0.002
/** `shift` moves the mask by this share of the crop's height. */
const shiftShare = 0.05

/** Numbers in the mask, ascending, without 255. */
function partsPresent(mask: Uint8Array): number[] {
  const counts = partCounts(mask)
  const present: number[] = []
  for (let part = 0; part < notAnnotatedPart; part++) if (counts[part] > 0) present.push(part)
  return present
}

/**
 * The paper's noise on segmentation: a random permutation of the labels present (background included), here without
 * fixed points, so that no label keeps its number.
 * @returns the new mask, or null when fewer than two labels are present.
 */
export function derangeParts(mask: Uint8Array, random: Random): Uint8Array | null {
  const present = partsPresent(mask)
  if (present.length < 2) return null
  const renumbered = identityTable()
  random.derangement(present.length).forEach((to, from) => {
    renumbered[present[from]] = present[to]
  })
  return mask.map((part) => renumbered[part])
}

/**
 * All pixels of one part become another part, present or not; neither is the background.
 * @returns the new mask, or null when no part covers 0.2% of the mask or the schema has one part only.
 */
export function relabelPart(mask: Uint8Array, parts: number, random: Random): Uint8Array | null {
  const counts = partCounts(mask)
  const large = partsPresent(mask).filter((part) => part > 0 && counts[part] >= smallestRelabelledShare * mask.length)
  if (large.length === 0 || parts < 3) return null
  const from = random.pick(large)
  // Uniform over the parts 1 … parts−1 other than `from`.
  const drawn = 1 + random.integer(parts - 2)
  const to = drawn >= from ? drawn + 1 : drawn
  return mask.map((part) => (part === from ? to : part))
}

/**
 * The whole mask moves by 5% of the height in a random direction; vacated pixels become background.
 * @returns the new mask, or null when no direction out of 16 changes it (nothing but background).
 */
export function shiftMask(mask: Uint8Array, frame: NoiseFrame, random: Random): Uint8Array | null {
  const distance = Math.max(1, shiftShare * frame.height)
  for (let attempt = 0; attempt < 16; attempt++) {
    const angle = random.between(0, 2 * Math.PI)
    const right = Math.round(distance * Math.cos(angle))
    const down = Math.round(distance * Math.sin(angle))
    const moved = movedMask(mask, frame, right, down)
    if (moved.some((part, index) => part !== mask[index])) return moved
  }
  return null
}

function movedMask(mask: Uint8Array, { width, height }: NoiseFrame, right: number, down: number): Uint8Array {
  const moved = new Uint8Array(mask.length)
  const firstColumn = Math.max(0, right)
  const lastColumn = Math.min(width, width + right)
  if (lastColumn <= firstColumn) return moved
  for (let row = Math.max(0, down); row < Math.min(height, height + down); row++) {
    const source = (row - down) * width
    moved.set(mask.subarray(source + firstColumn - right, source + lastColumn - right), row * width + firstColumn)
  }
  return moved
}

function partCounts(mask: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256)
  for (const part of mask) counts[part]++
  return counts
}

function identityTable(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, part) => part)
}
