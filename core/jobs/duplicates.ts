import { findLeakage, type Leak } from '../dataset/leakage.ts'
import type { Split } from '../dataset/label.ts'
import { BkTree } from '../media/bkTree.ts'
import type { Project } from '../store/project.ts'
import { isTelling, nearDuplicateDistance } from './nearDuplicates.ts'

export interface PictureReference {
  readonly image: number
  readonly path: string
  readonly split: Split | null
}

export interface DuplicateReport {
  /** Images that several sources, or one source several times, brought: one image in the project. */
  readonly exact: readonly { readonly image: number; readonly paths: readonly string[] }[]
  readonly near: readonly { readonly a: PictureReference; readonly b: PictureReference; readonly distance: number }[]
  readonly leakage: readonly Leak[]
}

/** Exact and near-duplicate pictures of a project, and what of one identity or look lies in two splits. */
export function findDuplicates(project: Project, distance = nearDuplicateDistance): DuplicateReport {
  const names = new Map(project.sources.all().map((source) => [source.id, source.name]))
  const exact: { image: number; paths: string[] }[] = []
  const near: { a: PictureReference; b: PictureReference; distance: number }[] = []
  const tree = new BkTree<PictureReference>()
  for (let after: number | null = 0; after !== null;) {
    const page = project.images.list({ after })
    for (const image of page.items) {
      const places = project.images.sourcesOf(image.id)
      const paths = places.map((place) => `${names.get(place.source) ?? place.source}:${place.path}`)
      if (paths.length > 1) exact.push({ image: image.id, paths })
      if (!isTelling(image.dHash)) continue
      const reference = { image: image.id, path: paths.at(0) ?? image.file, split: image.split }
      for (const { item, distance: bits } of tree.within(image.dHash, distance)) {
        near.push({ a: item, b: reference, distance: bits })
      }
      tree.add(image.dHash, reference)
    }
    after = page.next
  }
  return { exact, near, leakage: findLeakage(identities(project), near) }
}

function* identities(project: Project): Generator<{ identity: string; split: Split | null }> {
  for (const task of project.tasks.all()) {
    if (task.schema.kind !== 'identity') continue
    for (const state of ['labelled', 'verified'] as const) {
      for (let after: number | null = 0; after !== null;) {
        const page = project.labels.list({ task: task.name, state, after })
        for (const label of page.items) {
          if (label.value?.kind !== 'identity' || label.value.identity === null) continue
          const person = project.people.get(label.person)
          const image = person && project.images.get(person.image)
          yield { identity: label.value.identity, split: image?.split ?? null }
        }
        after = page.next
      }
    }
  }
}
