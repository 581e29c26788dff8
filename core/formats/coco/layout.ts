import { MendError } from '../../dataset/mendError.ts'
import type { KeypointsSchema, PartsSchema, TaskSchema } from '../../dataset/task.ts'
import { flipByName } from '../flipByName.ts'
import { labelMapNames, loadLabelMap } from '../labelMap.ts'
import { loadSkeleton } from '../skeletons.ts'
import type { Category, FileSummary } from './summary.ts'

/** Supercategory of the part categories that this program writes. */
export const partSupercategory = 'person-part'
/** Supercategory of pixels that nobody annotated. */
export const voidSupercategory = 'void'

/** How the annotations of one file become labels. */
export interface FileLayout {
  readonly people: ReadonlySet<string>
  /** Category id → part number of the `parts` task. */
  readonly parts: ReadonlyMap<string, number>
  readonly voids: ReadonlySet<string>
  /** No part categories anywhere: a person's own mask is part 1. */
  readonly personIsPart: boolean
  /** `iscrowd` tells crowds from people; false where the file sets it on every mask. */
  readonly crowds: boolean
}

export interface DatasetLayout {
  readonly tasks: Readonly<Record<string, TaskSchema>>
  readonly keypoints: KeypointsSchema | null
  readonly parts: PartsSchema | null
  readonly attributes: readonly string[]
  readonly files: readonly FileLayout[]
}

export interface LayoutOptions {
  /** Names of the categories that are people, comma-separated. */
  readonly people?: string
  /** Names of the categories that are parts of people, comma-separated; `all`, `none`. */
  readonly parts?: string
  /** Name of a shipped skeleton for files that do not name their joints. */
  readonly skeleton?: string
}

const personNames = new Set(['person', 'persons', 'people', 'human', 'pedestrian', 'player'])

/** Supercategories under which datasets of clothes and body parts file their categories. */
const partSupercategories = new Set([
  partSupercategory,
  'part',
  'body',
  'body part',
  'bodypart',
  'body-part',
  'clothes',
  'clothing',
  'apparel',
  'garment',
  'garment parts',
  'fashion',
  'upperbody',
  'lowerbody',
  'wholebody',
  'legs and feet',
  'arms and hands',
  'closures',
  'decorations',
])

const plain = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[_\s]+/g, ' ')

const partWords: () => ReadonlySet<string> = (() => {
  let words: Set<string> | null = null
  return () => {
    words ??= new Set(
      labelMapNames
        .filter((name) => name !== 'cityscapes')
        .flatMap((name) => loadLabelMap(name).schema.parts.slice(1))
        .map((part) => plain(part).replaceAll('-', ' ')),
    )
    return words
  }
})()

function looksLikePart(category: Category): boolean {
  if (category.supercategory === voidSupercategory) return false
  return (
    partSupercategories.has(plain(category.supercategory)) || partWords().has(plain(category.name).replaceAll('-', ' '))
  )
}

const listed = (option: string): ReadonlySet<string> => new Set(option.split(',').map(plain))

/** People: the categories of that name; else those with joints. */
function peopleOf(categories: readonly Category[], option: string | undefined): readonly Category[] {
  if (option !== undefined) {
    const wanted = listed(option)
    return categories.filter((category) => wanted.has(plain(category.name)))
  }
  const named = categories.filter(
    (category) => personNames.has(plain(category.name)) && category.supercategory !== partSupercategory,
  )
  return named.length > 0 ? named : categories.filter((category) => category.joints.length > 0)
}

/**
 * Parts: all the rest when at least half of it looks like clothes or body parts (a dataset of those), otherwise none (a
 * dataset of things in general, in which a tie is no part of its wearer).
 */
function partsOf(rest: readonly Category[], option: string | undefined): readonly Category[] {
  if (option === 'none') return []
  if (option === 'all') return rest
  if (option !== undefined) {
    const wanted = listed(option)
    return rest.filter((category) => wanted.has(plain(category.name)))
  }
  return 2 * rest.filter(looksLikePart).length >= rest.length ? rest : []
}

function keypointsOf(categories: readonly Category[], summary: FileSummary, file: string, options: LayoutOptions) {
  const schemas: KeypointsSchema[] = []
  for (const category of categories) {
    if (category.joints.length > 0) {
      const { joints, edges } = category
      const named = joints.every((joint) => !/^joint_\d+$/.test(joint))
      schemas.push({ kind: 'keypoints', joints, edges, flip: named ? flipByName(joints) : joints.map((_, j) => j) })
      continue
    }
    const counts = [...(summary.uses.get(category.id)?.jointCounts ?? [])].filter(
      (count) => Number.isInteger(count) && count > 0 && count <= 1000,
    )
    if (counts.length > 0) schemas.push(unnamedJoints(Math.max(...counts), file, options.skeleton))
  }
  return schemas
}

/** 17 joints without names are COCO's; other counts need to be named, because a wrong flip is a wrong label. */
function unnamedJoints(count: number, file: string, skeleton: string | undefined): KeypointsSchema {
  const name = skeleton ?? (count === 17 ? 'coco-17' : null)
  if (name === null) {
    const joints = Array.from({ length: count }, (_, joint) => `joint_${joint + 1}`)
    return { kind: 'keypoints', joints, edges: [], flip: joints.map((_, joint) => joint) }
  }
  const schema = loadSkeleton(name)
  if (schema.joints.length === count) return schema
  throw new MendError(
    'coco-skeleton',
    `${file}: people have ${count} joints; skeleton ${name} has ${schema.joints.length}`,
    'Name a skeleton of that many joints.',
  )
}

const sameJoints = (a: KeypointsSchema, b: KeypointsSchema): boolean =>
  a.joints.length === b.joints.length && a.joints.every((joint, j) => plain(joint) === plain(b.joints[j]))

interface SortedFile {
  readonly summary: FileSummary
  readonly people: readonly Category[]
  readonly parts: readonly Category[]
  readonly voids: readonly Category[]
}

function sortCategories(summary: FileSummary, file: string, options: LayoutOptions): SortedFile {
  const people = peopleOf(summary.categories, options.people)
  const voids = summary.categories.filter((category) => category.supercategory === voidSupercategory)
  const rest = summary.categories.filter((category) => !people.includes(category) && !voids.includes(category))
  const parts = partsOf(rest, options.parts)
  if (people.length === 0 && parts.length === 0) {
    const names = summary.categories.slice(0, 10).map((category) => category.name)
    throw new MendError(
      'coco-no-people',
      `${file}: none of its categories is people or parts of people (${names.join(', ')})`,
      'Say which are: option people=NAME or parts=NAME,NAME.',
    )
  }
  return { summary, people, parts, voids }
}

function partsSchema(files: readonly SortedFile[]): PartsSchema | null {
  const categories = files.flatMap((file) => file.parts.map((category) => category.name))
  const names = [...new Set(categories)].filter((name) => plain(name) !== 'background')
  if (names.length > 254) {
    throw new MendError(
      'coco-parts',
      `${names.length} part categories; a mask has at most 254`,
      'Name fewer: parts=NAME,…',
    )
  }
  const masked = files.some((file) =>
    file.people.some((category) => {
      const use = file.summary.uses.get(category.id)
      return use !== undefined && use.masks > 0
    }),
  )
  if (names.length === 0 && !masked) return null
  const parts = ['background', ...(names.length > 0 ? names : ['person'])]
  return { kind: 'parts', parts, flip: flipByName(parts) }
}

/** A file in which every mask of a person is a crowd only has a careless exporter. */
function crowdsMeant(file: SortedFile): boolean {
  const uses = file.people.map((category) => file.summary.uses.get(category.id))
  return uses.some((use) => use !== undefined && use.masks > use.crowds)
}

/**
 * Decides what the categories of all files mean and gives the tasks that result: `keypoints` (the joints of the people
 * category), `parts` (part categories, or the person's own mask where there are none), `attributes` (yes/no entries of
 * `attributes` objects). Options overrule.
 * @throws MendError `coco-no-people`, `coco-skeleton`, `coco-parts`
 */
export function layoutOf(
  summaries: readonly { readonly name: string; readonly summary: FileSummary }[],
  options: LayoutOptions,
): DatasetLayout {
  const files = summaries.map(({ name, summary }) => sortCategories(summary, name, options))
  const skeletons = files.flatMap((file, i) => keypointsOf(file.people, file.summary, summaries[i].name, options))
  const keypoints = skeletons.length > 0 ? skeletons[0] : null
  if (keypoints !== null && skeletons.some((schema) => !sameJoints(schema, keypoints))) {
    throw new MendError(
      'coco-skeleton',
      'The files or categories have different joints',
      'Read them one at a time: option annotations=FILE or people=NAME.',
    )
  }
  const parts = partsSchema(files)
  const attributes = [...new Set(summaries.flatMap(({ summary }) => [...summary.attributes]))]
  const tasks = new Map<string, TaskSchema>()
  if (keypoints !== null) tasks.set('keypoints', keypoints)
  if (parts !== null) tasks.set('parts', parts)
  if (attributes.length > 0) tasks.set('attributes', { kind: 'attributes', attributes })
  const hasParts = files.some((file) => file.parts.length > 0)
  return {
    tasks: Object.fromEntries(tasks),
    keypoints,
    parts,
    attributes,
    files: files.map((file) => ({
      people: new Set(file.people.map((category) => category.id)),
      parts: new Map(
        file.parts.map((category) => [category.id, Math.max(0, parts?.parts.indexOf(category.name) ?? 0)]),
      ),
      voids: new Set(file.voids.map((category) => category.id)),
      personIsPart: !hasParts && parts !== null,
      crowds: crowdsMeant(file),
    })),
  }
}
