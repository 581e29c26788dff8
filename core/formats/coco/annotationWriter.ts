import type { ExportDataset, ExportImage, ExportPerson } from '../../dataset/export.ts'
import { type Box, type KeypointsValue, notAnnotatedPart, type PartsValue, visibility } from '../../dataset/label.ts'
import type { ExportTally } from '../exportTally.ts'
import { exportedValue, type NamedTask, tallyLosses, tasksOfKind } from '../exportTasks.ts'
import { flipByName } from '../flipByName.ts'
import { compressCounts } from '../rle/compressedCounts.ts'
import { type Rle, rleArea, rleBox, rleFromWindow } from '../rle/rle.ts'
import { partSupercategory, voidSupercategory } from './layout.ts'

const personCategory = 1

/** Which tasks COCO carries, and under which categories and names. */
export interface CategoryPlan {
  readonly keypoints: NamedTask<'keypoints'> | null
  readonly parts: NamedTask<'parts'> | null
  /** The only part is the person: its mask stands at the person itself. */
  readonly personIsPart: boolean
  readonly attributes: readonly { readonly task: NamedTask<'attributes'>; readonly names: readonly string[] }[]
  readonly carried: ReadonlySet<string>
}

const same = (a: readonly number[], b: readonly number[]): boolean => a.every((value, i) => value === b[i])

/** COCO has one skeleton and one set of masks: the first task of each kind. Attribute names are qualified if repeated. */
export function planCategories(dataset: ExportDataset, tally: ExportTally): CategoryPlan {
  const [keypoints = null] = tasksOfKind(dataset, 'keypoints')
  const [parts = null] = tasksOfKind(dataset, 'parts')
  const attributeTasks = tasksOfKind(dataset, 'attributes')
  const uses = new Map<string, number>()
  for (const { schema } of attributeTasks)
    for (const name of schema.attributes) uses.set(name, (uses.get(name) ?? 0) + 1)
  const attributes = attributeTasks.map((task) => ({
    task,
    names: task.schema.attributes.map((name) => (uses.get(name) === 1 ? name : `${task.name}/${name}`)),
  }))
  if (keypoints !== null && !same(flipByName(keypoints.schema.joints), keypoints.schema.flip)) {
    tally.lose('pairs of joints', 'COCO does not say which joints change sides in a mirrored picture')
  }
  if (parts !== null && !same(flipByName(parts.schema.parts), parts.schema.flip)) {
    tally.lose('pairs of parts', 'COCO does not say which parts change sides in a mirrored picture')
  }
  const tasks = [keypoints, parts, ...attributeTasks].filter((task) => task !== null)
  const personIsPart = parts?.schema.parts.length === 2 && parts.schema.parts[1] === 'person'
  return { keypoints, parts, personIsPart, attributes, carried: new Set(tasks.map((task) => task.name)) }
}

const boxList = (box: Box): number[] => [box.x, box.y, box.width, box.height]

const size = (rle: Rle): [number, number] => [rle.height, rle.width]

function maskFields(rle: Rle): { segmentation: object; area: number; bbox: number[] } {
  const box = rleBox(rle)
  return {
    segmentation: { size: size(rle), counts: compressCounts(rle.counts) },
    area: rleArea(rle),
    bbox: box === null ? [0, 0, 0, 0] : [box.left, box.top, box.width, box.height],
  }
}

function jointsExtent(value: KeypointsValue): Box | null {
  const placed = value.joints.filter(({ v }) => v === visibility.hidden || v === visibility.visible)
  if (placed.length === 0) return null
  const [xs, ys] = [placed.map((joint) => joint.x), placed.map((joint) => joint.y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** Makes the annotations of images; numbers them through the export. */
export class AnnotationWriter {
  readonly #dataset: ExportDataset
  readonly #plan: CategoryPlan
  readonly #tally: ExportTally
  #nextId = 1
  #voidUsed = false

  constructor(dataset: ExportDataset, plan: CategoryPlan, tally: ExportTally) {
    this.#dataset = dataset
    this.#plan = plan
    this.#tally = tally
  }

  /** The categories; call after the last annotation. Edges are 1-based in COCO. */
  categories(): readonly object[] {
    const { keypoints, parts, personIsPart } = this.#plan
    const skeleton = keypoints?.schema.edges.map(([from, to]) => [from + 1, to + 1])
    const pose = keypoints === null ? {} : { keypoints: keypoints.schema.joints, skeleton }
    const list: object[] = [{ id: personCategory, name: 'person', supercategory: 'person', ...pose }]
    if (parts !== null && !personIsPart) {
      parts.schema.parts.slice(1).forEach((name, i) => {
        list.push({ id: personCategory + 1 + i, name, supercategory: partSupercategory })
      })
    }
    if (this.#voidUsed) list.push({ id: this.#voidCategory(), name: 'not annotated', supercategory: voidSupercategory })
    return list
  }

  #voidCategory(): number {
    return personCategory + (this.#plan.parts?.schema.parts.length ?? 1)
  }

  annotationsOf(image: ExportImage): readonly object[] {
    return image.people.flatMap((person) => this.#personAnnotations(image, person))
  }

  #personAnnotations(image: ExportImage, person: ExportPerson): readonly object[] {
    this.#tally.people++
    tallyLosses(person, this.#plan.carried, this.#dataset, this.#tally)
    const { keypoints, parts } = this.#plan
    const joints = keypoints === null ? null : exportedValue(person, keypoints)
    const mask = parts === null ? null : exportedValue(person, parts)
    const id = this.#nextId++
    const { height, width } = image
    const isSet = (part: number): boolean => part !== 0 && part !== notAnnotatedPart
    const whole = mask === null ? null : maskFields(rleFromWindow(mask, height, width, isSet))
    const shown = whole !== null && whole.area > 0 ? whole : null
    const extent = person.box ?? (joints === null ? null : jointsExtent(joints))
    const bbox = extent === null ? (shown?.bbox ?? [0, 0, width, height]) : boxList(extent)
    if (person.box === null)
      this.#tally.lose('people without a box', 'COCO wants one: the extent of the labels stands in')
    const annotation = {
      id,
      image_id: image.id,
      category_id: personCategory,
      bbox,
      area: shown?.area ?? bbox[2] * bbox[3],
      iscrowd: 0,
      segmentation: shown?.segmentation ?? [],
      ...this.#jointFields(joints),
      ...this.#attributeFields(person),
    }
    return mask === null ? [annotation] : [annotation, ...this.#partAnnotations(image, id, mask)]
  }

  #jointFields(value: KeypointsValue | null): object {
    if (this.#plan.keypoints === null) return {}
    const absent = value?.joints.filter((joint) => joint.v === visibility.absent).length ?? 0
    this.#tally.lose('joints marked as absent', 'COCO has only "not labelled" for them', absent)
    const joints = value?.joints ?? this.#plan.keypoints.schema.joints.map(() => ({ x: 0, y: 0, v: 0 }))
    const placed = joints.map(({ x, y, v }) =>
      v === visibility.hidden || v === visibility.visible ? [x, y, v] : [0, 0, 0],
    )
    return { keypoints: placed.flat(), num_keypoints: placed.filter(([, , v]) => v > 0).length }
  }

  #attributeFields(person: ExportPerson): object {
    const given = new Map<string, boolean>()
    for (const { task, names } of this.#plan.attributes) {
      exportedValue(person, task)?.values.forEach((value, i) => {
        if (value !== null) given.set(names[i], value)
      })
    }
    return given.size === 0 ? {} : { attributes: Object.fromEntries(given) }
  }

  #partAnnotations(image: ExportImage, personId: number, mask: PartsValue): readonly object[] {
    const present = new Set(mask.data)
    present.delete(0)
    if (present.size === 0) this.#tally.lose('masks of background only', 'COCO has no annotation without a mask')
    if (this.#plan.personIsPart) present.delete(1)
    const annotations: object[] = []
    for (const part of [...present].sort((a, b) => a - b)) {
      const fields = maskFields(rleFromWindow(mask, image.height, image.width, (value) => value === part))
      if (fields.area === 0) continue
      const isVoid = part === notAnnotatedPart
      if (isVoid) this.#voidUsed = true
      annotations.push({
        id: this.#nextId++,
        image_id: image.id,
        category_id: isVoid ? this.#voidCategory() : personCategory + part,
        person_id: personId,
        iscrowd: isVoid ? 1 : 0,
        ...fields,
      })
    }
    return annotations
  }
}
