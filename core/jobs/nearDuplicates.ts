import { hammingDistance } from '../media/differenceHash.ts'
import { BkTree } from '../media/bkTree.ts'
import type { Project } from '../store/project.ts'
import type { Staging } from '../store/staging.ts'

export interface NearDuplicate {
  /** Path of the import's picture in its source. */
  readonly incoming: string
  /** Path of the picture that it resembles: in the project, or earlier in the same source. */
  readonly other: string
  /** Image of the project, or null when the other is of the same source. */
  readonly image: number | null
  /** Differing bits of the two 64-bit hashes. */
  readonly distance: number
}

/** Hashes that differ in at most this many bits are offered as near-duplicates. */
export const nearDuplicateDistance = 4

/**
 * Pictures of a staged import that look like another one but are not the same file. Offered, never merged. Flat
 * pictures (a hash of almost only equal bits) say nothing and are passed over.
 */
export function findNearDuplicates(project: Project, staging: Staging): NearDuplicate[] {
  const tree = new BkTree<{ image: number | null; path: string; sha256: string }>()
  for (let after: number | null = 0; after !== null;) {
    const page = project.images.list({ after })
    for (const image of page.items) {
      if (isTelling(image.dHash)) tree.add(image.dHash, { image: image.id, path: image.file, sha256: image.sha256 })
    }
    after = page.next
  }
  const found: NearDuplicate[] = []
  for (const sha256 of staging.hashes()) {
    const { path, dHash } = staging.picture(sha256)
    if (!isTelling(dHash)) continue
    const nearest = tree.within(dHash, nearDuplicateDistance).find(({ item }) => item.sha256 !== sha256)
    if (nearest !== undefined) {
      const { image, path: other } = nearest.item
      found.push({ incoming: path, other, image, distance: nearest.distance })
    }
    tree.add(dHash, { image: null, path, sha256 })
  }
  return found
}

/** At least 6 bits of each value: below that most pictures with a plain background resemble one another. */
export function isTelling(dHash: bigint): boolean {
  const ones = hammingDistance(dHash, 0n)
  return ones >= 6 && ones <= 58
}
