import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { MendError } from '../dataset/mendError.ts'
import type { KeypointsSchema } from '../dataset/task.ts'

/** Skeletons that ship with the product, resources/skeletons/NAME.json. */
export const skeletonNames = ['coco-17', 'lsp-14', 'mpii-16', 'crowdpose-14'] as const
export type SkeletonName = (typeof skeletonNames)[number]

const skeleton = z.object({
  title: z.string(),
  source: z.string(),
  joints: z.array(z.string()),
  edges: z.array(z.tuple([z.number().int(), z.number().int()])),
  flip: z.array(z.number().int()),
})

/** @throws MendError `skeleton-unknown` for a name that does not ship. */
export function loadSkeleton(name: string): KeypointsSchema {
  const { joints, edges, flip } = readSkeleton(name)
  return { kind: 'keypoints', joints, edges, flip }
}

/** A skeleton's full name and where it comes from. */
export function describeSkeleton(name: SkeletonName): { readonly title: string; readonly source: string } {
  const { title, source } = readSkeleton(name)
  return { title, source }
}

function readSkeleton(name: string): z.infer<typeof skeleton> {
  if (!skeletonNames.some((known) => known === name)) {
    throw new MendError(
      'skeleton-unknown',
      `No skeleton ${JSON.stringify(name)}`,
      `There are ${skeletonNames.join(', ')}.`,
    )
  }
  const file = new URL(`../../resources/skeletons/${name}.json`, import.meta.url)
  return skeleton.parse(JSON.parse(readFileSync(file, 'utf8')))
}
