import { MendError } from '../../dataset/mendError.ts'
import { type ArrayEntry, scanJsonArrays } from './jsonArrays.ts'
import {
  booleanAttributes,
  type Fields,
  hasJoints,
  hasMask,
  isCrowd,
  numberList,
  optionalId,
  parseFields,
  readId,
  readText,
} from './fields.ts'

export interface Category {
  readonly id: string
  readonly name: string
  readonly supercategory: string
  readonly joints: readonly string[]
  /** 0-based. */
  readonly edges: readonly (readonly [number, number])[]
}

/** What a file's annotations of one category hold. */
export interface CategoryUse {
  annotations: number
  masks: number
  crowds: number
  /** Annotations with at least one joint labelled. */
  posed: number
  readonly jointCounts: Set<number>
}

/** What one pass over a COCO file found; grows with its categories, not with its annotations. */
export interface FileSummary {
  readonly categories: readonly Category[]
  readonly uses: ReadonlyMap<string, CategoryUse>
  readonly attributes: ReadonlySet<string>
  readonly images: number
}

const arrays: ReadonlySet<string> = new Set(['images', 'annotations', 'categories'])
const maxCategories = 10_000
const maxAttributes = 1000
const maxJoints = 1000

function fileError(file: string, found: string): MendError {
  return new MendError('coco-invalid', `${file}: ${found}`, 'COCO files have "images", "annotations" and "categories".')
}

/** Edges are 1-based; a file that names joint 0 was written by a program that did not know. */
function readEdges(value: unknown, joints: number): (readonly [number, number])[] {
  if (!Array.isArray(value)) return []
  const pairs = value.map(numberList).filter((pair) => pair !== null && pair.length === 2)
  const base = pairs.some((pair) => pair?.includes(0)) ? 0 : 1
  const edges: (readonly [number, number])[] = []
  for (const pair of pairs) {
    const [from, to] = [(pair?.[0] ?? -1) - base, (pair?.[1] ?? -1) - base]
    const known = [from, to].every((joint) => Number.isInteger(joint) && joint >= 0 && joint < joints)
    if (known && from !== to) edges.push([from, to])
  }
  return edges
}

function readCategory(fields: Fields): Category {
  const id = readId(fields, 'id')
  const names: readonly unknown[] = Array.isArray(fields.keypoints) ? fields.keypoints.slice(0, maxJoints) : []
  const joints = names.map((name, i) => (typeof name === 'string' ? name : `joint_${i + 1}`))
  return {
    id,
    name: readText(fields, 'name', `category ${id}`),
    supercategory: readText(fields, 'supercategory', ''),
    joints,
    edges: readEdges(fields.skeleton, joints.length),
  }
}

/** Collects a summary from the entries of one scan. */
class SummaryCollector {
  readonly #file: string
  readonly #categories = new Map<string, Category>()
  readonly #uses = new Map<string, CategoryUse>()
  readonly #attributes = new Set<string>()
  #images = 0

  constructor(file: string) {
    this.#file = file
  }

  category(fields: Fields): void {
    const category = readCategory(fields)
    if (this.#categories.size >= maxCategories) throw fileError(this.#file, `more than ${maxCategories} categories`)
    if (this.#categories.has(category.id)) throw fileError(this.#file, `category ${category.id} is there twice`)
    this.#categories.set(category.id, category)
  }

  image(): void {
    this.#images++
  }

  annotation(fields: Fields): void {
    const id = optionalId(fields, 'category_id')
    if (id === null) return
    let use = this.#uses.get(id)
    if (use === undefined) {
      if (this.#uses.size >= maxCategories) throw fileError(this.#file, `more than ${maxCategories} categories in use`)
      use = { annotations: 0, masks: 0, crowds: 0, posed: 0, jointCounts: new Set() }
      this.#uses.set(id, use)
    }
    use.annotations++
    if (hasMask(fields)) use.masks++
    if (hasMask(fields) && isCrowd(fields)) use.crowds++
    if (hasJoints(fields)) {
      use.posed++
      if (use.jointCounts.size < 100) use.jointCounts.add((numberList(fields.keypoints) ?? []).length / 3)
    }
    for (const name of booleanAttributes(fields).keys()) {
      if (this.#attributes.size >= maxAttributes && !this.#attributes.has(name)) {
        throw fileError(this.#file, `more than ${maxAttributes} different attributes`)
      }
      this.#attributes.add(name)
    }
  }

  finish(keys: ReadonlyMap<string, string>): FileSummary {
    for (const key of ['images', 'annotations']) {
      if (keys.get(key) !== 'array') throw fileError(this.#file, `no list "${key}"`)
    }
    return {
      categories: [...this.#categories.values()],
      uses: this.#uses,
      attributes: this.#attributes,
      images: this.#images,
    }
  }
}

/** Receives the entries of one pass beside the summary; `fields` is null when the entry does not parse. */
export type EntryVisitor = (entry: ArrayEntry, fields: Fields | null, problem: string) => void

/**
 * One pass over a COCO file.
 * @throws MendError `json-damaged`, `coco-invalid`; an image or annotation that is damaged by itself is only left out.
 */
export async function summarise(file: string, visit: EntryVisitor, signal?: AbortSignal): Promise<FileSummary> {
  const collector = new SummaryCollector(file)
  const onEntry = (entry: ArrayEntry): void => {
    let fields: Fields | null = null
    let problem = ''
    try {
      fields = parseFields(entry.bytes)
    } catch (error) {
      if (!(error instanceof MendError)) throw error
      problem = error.message
    }
    if (entry.key === 'categories') {
      if (fields === null) throw fileError(file, `the category at byte ${entry.offset} cannot be read: ${problem}`)
      collector.category(fields)
    } else if (entry.key === 'images') collector.image()
    else if (fields !== null) collector.annotation(fields)
    visit(entry, fields, problem)
  }
  const { keys } = await scanJsonArrays(file, arrays, onEntry, { signal })
  return collector.finish(keys)
}
