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
  readonly sha256: { readonly incoming: string; readonly other: string }
  /** Boxes and joints are in pixels: only pictures of one size can be joined. */
  readonly sameSize: boolean
  /** The plan makes one image of the two. */
  readonly joined: boolean
}

/** Which near-duplicates of one size become one image with what they resemble. */
export interface NearChoice {
  /** What happens to those that `except` does not name. */
  readonly join: boolean
  /** Incoming paths for which the other holds. */
  readonly except: readonly string[]
}

/** Hashes that differ in at most this many bits are offered as near-duplicates. */
export const nearDuplicateDistance = 4

/**
 * Pictures of a staged import that look like another one but are not the same file. Offered, never merged. Flat
 * pictures (a hash of almost only equal bits) say nothing and are passed over.
 */
export function findNearDuplicates(project: Project, staging: Staging): NearDuplicate[] {
  const tree = new BkTree<Picture>()
  for (let after: number | null = 0; after !== null;) {
    const page = project.images.list({ after })
    for (const image of page.items) {
      const { id, file, sha256, width, height } = image
      if (isTelling(image.dHash)) tree.add(image.dHash, { image: id, path: file, sha256, width, height })
    }
    after = page.next
  }
  const found: NearDuplicate[] = []
  for (const sha256 of staging.hashes()) {
    const { path, dHash, width, height } = staging.picture(sha256)
    if (!isTelling(dHash)) continue
    const nearest = tree.within(dHash, nearDuplicateDistance).find(({ item }) => item.sha256 !== sha256)
    if (nearest !== undefined) {
      const { image, path: other } = nearest.item
      found.push({
        incoming: path,
        other,
        image,
        distance: nearest.distance,
        sha256: { incoming: sha256, other: nearest.item.sha256 },
        sameSize: nearest.item.width === width && nearest.item.height === height,
        joined: false,
      })
    }
    tree.add(dHash, { image: null, path, sha256, width, height })
  }
  return found
}

/**
 * Joins the near-duplicates that are chosen: their records then count as records of the picture that they resemble, so
 * that people and labels of both meet on one image. Answers with the list, `joined` where it did.
 */
export function joinNearDuplicates(
  staging: Staging,
  near: readonly NearDuplicate[],
  choice: NearChoice = { join: false, except: [] },
): NearDuplicate[] {
  const except = new Set(choice.except)
  // A picture may resemble one that was itself joined to another.
  const joinedTo = new Map<string, string>()
  return near.map((pair) => {
    if (!pair.sameSize || choice.join === except.has(pair.incoming)) return pair
    const target = joinedTo.get(pair.sha256.other) ?? pair.sha256.other
    if (target === pair.sha256.incoming) return pair
    staging.join(pair.sha256.incoming, target)
    joinedTo.set(pair.sha256.incoming, target)
    return { ...pair, joined: true }
  })
}

interface Picture {
  readonly image: number | null
  readonly path: string
  readonly sha256: string
  readonly width: number
  readonly height: number
}

/** At least 6 bits of each value: below that most pictures with a plain background resemble one another. */
export function isTelling(dHash: bigint): boolean {
  const ones = hammingDistance(dHash, 0n)
  return ones >= 6 && ones <= 58
}
