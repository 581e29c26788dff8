import { type Box, type Joint, type LabelValue, notAnnotatedPart } from '../../dataset/label.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { PersonRecord, SkippedRecord } from '../../dataset/record.ts'
import {
  booleanAttributes,
  type Fields,
  hasJoints,
  hasMask,
  isCrowd,
  numberList,
  optionalId,
  readId,
} from './fields.ts'
import type { DatasetLayout, FileLayout } from './layout.ts'
import { type ImageSize, maskBudget, type MaskBudget, paintParts, type PartMask, readMasks } from './masks.ts'

export interface Annotation {
  readonly offset: number
  readonly fields: Fields
}

export interface ImagePeople {
  readonly people: readonly PersonRecord[]
  readonly problems: readonly SkippedRecord[]
}

const maxCoordinate = 1e6
const isCoordinate = (value: number): boolean => Math.abs(value) <= maxCoordinate

interface Draft {
  readonly id: string | null
  readonly annotation: Annotation | null
  readonly box: Box | null
  readonly layers: PartMask[]
}

/** Turns the annotations of one image into people. */
export class PeopleReader {
  readonly #layout: DatasetLayout
  readonly #file: FileLayout
  readonly #name: string
  readonly #size: ImageSize | null
  readonly #budget: MaskBudget = maskBudget()
  readonly #problems: SkippedRecord[] = []

  /** `name` is the file for reports; `size` null: the file does not give the image's. */
  constructor(layout: DatasetLayout, file: FileLayout, name: string, size: ImageSize | null) {
    this.#layout = layout
    this.#file = file
    this.#name = name
    this.#size = size
  }

  /**
   * Annotations of people categories are people, except crowds. Part annotations go to the person that they name
   * (`person_id`, or `parent_id`), else to the only person, else to the one whose box contains most of theirs, the smaller
   * at a tie. In files without a people category an image shows one person, or those that `person_id` tells apart.
   */
  read(annotations: readonly Annotation[]): ImagePeople {
    const drafts: Draft[] = []
    const parts: Annotation[] = []
    for (const annotation of annotations) {
      const category = this.#attempt(annotation, () => readId(annotation.fields, 'category_id'))
      if (category === undefined) continue
      if (this.#file.people.has(category)) {
        if (this.#isCrowd(annotation.fields)) this.#skip('crowd-region', annotation, 'a group of people as one mask')
        else drafts.push(this.#draft(annotation))
      } else if (this.#file.parts.has(category) || this.#file.voids.has(category)) parts.push(annotation)
    }
    if (this.#file.people.size === 0) this.#addImplicitPeople(drafts, parts)
    for (const part of parts) this.#assign(part, drafts)
    return { people: drafts.map((draft) => this.#finish(draft)), problems: this.#problems }
  }

  #skip(reason: string, annotation: Annotation, detail: string): void {
    const id = optionalId(annotation.fields, 'id')
    const where = `${this.#name}: ${id === null ? '' : `annotation ${id}, `}byte ${annotation.offset}`
    this.#problems.push({ type: 'skipped', reason, where, detail })
  }

  /** The result of `action`; undefined when it threw a MendError, which is then reported. */
  #attempt<T>(annotation: Annotation, action: () => T): T | undefined {
    try {
      return action()
    } catch (error) {
      if (!(error instanceof MendError)) throw error
      this.#skip(error.code === 'annotation-corrupt' ? error.code : 'label-corrupt', annotation, error.message)
      return undefined
    }
  }

  #isCrowd(fields: Fields): boolean {
    return this.#file.crowds && isCrowd(fields) && hasMask(fields) && !hasJoints(fields)
  }

  #draft(annotation: Annotation): Draft {
    return { id: optionalId(annotation.fields, 'id'), annotation, box: this.#box(annotation), layers: [] }
  }

  #box(annotation: Annotation): Box | null {
    const { bbox } = annotation.fields
    if (bbox === undefined || bbox === null) return null
    const numbers = numberList(bbox)
    if (numbers === null || numbers.length !== 4 || !numbers.every(isCoordinate) || numbers[2] < 0 || numbers[3] < 0) {
      this.#skip(
        'box-corrupt',
        annotation,
        `"bbox" is not four numbers in pixels: ${JSON.stringify(bbox).slice(0, 100)}`,
      )
      return null
    }
    const [x, y, width, height] = numbers
    return width > 0 && height > 0 ? { x, y, width, height } : null
  }

  #addImplicitPeople(drafts: Draft[], parts: readonly Annotation[]): void {
    const ids = new Set(parts.map((part) => personIdOf(part.fields)))
    for (const id of ids)
      if (id !== null || ids.size === 1) drafts.push({ id, annotation: null, box: null, layers: [] })
  }

  #assign(part: Annotation, drafts: readonly Draft[]): void {
    const owner = this.#ownerOf(part, drafts)
    if (owner === null) return this.#skip('part-unassigned', part, 'no person of the image contains it')
    const category = optionalId(part.fields, 'category_id') ?? ''
    const number = this.#file.parts.get(category) ?? notAnnotatedPart
    if (!hasMask(part.fields)) return this.#skip('label-corrupt', part, 'a part without a mask')
    const masks = this.#attempt(part, () => readMasks(part.fields.segmentation, this.#size, this.#budget))
    if (masks !== undefined) owner.layers.push({ part: number, masks })
  }

  #ownerOf(part: Annotation, drafts: readonly Draft[]): Draft | null {
    const named = personIdOf(part.fields)
    const byId = named === null ? undefined : drafts.find((draft) => draft.id === named)
    if (byId !== undefined) return byId
    if (drafts.length === 1) return drafts[0]
    const box = this.#box(part)
    if (box === null) return null
    let best: Draft | null = null
    let bestShare = 0
    for (const draft of drafts) {
      if (draft.box === null) continue
      const share = overlap(box, draft.box) / (box.width * box.height)
      const smaller = best?.box !== null && best !== null && areaOfBox(draft.box) < areaOfBox(best.box)
      if (share > bestShare || (share === bestShare && share > 0 && smaller)) {
        best = draft
        bestShare = share
      }
    }
    return best
  }

  #finish(draft: Draft): PersonRecord {
    const labels = new Map<string, LabelValue>()
    const add = (task: string, value: LabelValue | null | undefined): void => {
      if (value !== null && value !== undefined) labels.set(task, value)
    }
    const { annotation } = draft
    if (annotation !== null) {
      add(
        'keypoints',
        this.#attempt(annotation, () => this.#keypoints(annotation)),
      )
      add('attributes', this.#attributes(annotation.fields))
      if (this.#file.personIsPart && hasMask(annotation.fields)) {
        const mask = this.#attempt(annotation, () =>
          readMasks(annotation.fields.segmentation, this.#size, this.#budget),
        )
        if (mask !== undefined) draft.layers.push({ part: 1, masks: mask })
      }
    }
    if (draft.layers.length > 0) {
      const where = annotation ?? { offset: 0, fields: {} }
      add(
        'parts',
        this.#attempt(where, () => paintParts(draft.layers, this.#budget)),
      )
    }
    return { key: draft.id, box: draft.box, labels: Object.fromEntries(labels) }
  }

  /** null where no joint is labelled: COCO writes zeros for a person whose pose nobody annotated. */
  #keypoints(annotation: Annotation): LabelValue | null {
    const { keypoints, num_keypoints: claimed } = annotation.fields
    const schema = this.#layout.keypoints
    if (schema === null || keypoints === undefined || keypoints === null) return null
    const flat = numberList(keypoints)
    if (flat === null) throw invalidJoints('"keypoints" is not a list of numbers')
    if (flat.length === 0) return null
    if (flat.length !== 3 * schema.joints.length) {
      throw invalidJoints(`${flat.length} numbers for ${schema.joints.length} joints`)
    }
    const joints = schema.joints.map((_, j) => readJoint(flat[3 * j], flat[3 * j + 1], flat[3 * j + 2], j))
    const labelled = joints.filter((joint) => joint.v > 0).length
    if (typeof claimed === 'number' && claimed !== labelled) {
      const detail = `"num_keypoints" is ${claimed}, but ${labelled} joints have a visibility; those are used`
      this.#skip('joint-count-ignored', annotation, detail)
    }
    return labelled === 0 ? null : { kind: 'keypoints', joints }
  }

  #attributes(fields: Fields): LabelValue | null {
    const given = booleanAttributes(fields)
    if (given.size === 0) return null
    return { kind: 'attributes', values: this.#layout.attributes.map((name) => given.get(name) ?? null) }
  }
}

function invalidJoints(detail: string): MendError {
  return new MendError('label-corrupt', detail, 'Correct the joints in the file, or leave them out.')
}

function readJoint(x: number, y: number, v: number, index: number): Joint {
  if (v === 0) return { x: 0, y: 0, v: 0 }
  if (v !== 1 && v !== 2) throw invalidJoints(`joint ${index} has visibility ${v}; COCO has 0, 1 and 2`)
  if (!isCoordinate(x) || !isCoordinate(y)) throw invalidJoints(`joint ${index} lies at (${x}, ${y})`)
  return { x, y, v }
}

const personIdOf = (fields: Fields): string | null => optionalId(fields, 'person_id') ?? optionalId(fields, 'parent_id')

const areaOfBox = (box: Box): number => box.width * box.height

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return Math.max(0, width) * Math.max(0, height)
}
