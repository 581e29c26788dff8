import { visibility, type Box, type LabelValue, type Split } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import { cropAffine, type Affine, type Size } from '../media/crop.ts'
import { PicturePool } from '../media/pool.ts'
import { labelRow } from './labelRow.ts'
import type { LabelRow, SnapshotTaskInput } from './layout.ts'
import type { SnapshotManifest } from './manifest.ts'
import { writeSnapshot, type SnapshotPerson } from './write.ts'

/** A person as the store has it. People of one image should follow one another: the picture is then decoded once. */
export interface FreezePerson {
  readonly person: number
  /** Where the picture lies. */
  readonly file: string
  /** Upright size of the picture. */
  readonly size: Size
  readonly box: Box | null
  readonly split: Split
  /** By task name; tasks that are not frozen are ignored. */
  readonly labels: Readonly<Record<string, { readonly labelId: number; readonly value: LabelValue }>>
}

export interface FreezeOptions {
  /** Must not exist. */
  readonly folder: string
  readonly height: number
  readonly width: number
  /** Share of the box's side that is added at each of its sides, 0 … 4. */
  readonly margin: number
  readonly tasks: readonly SnapshotTaskInput[]
  /** Workers to use; missing: a pool of its own. */
  readonly pool?: PicturePool
  readonly onProgress?: (peopleDone: number) => void
  /** Called for a person whose picture cannot be used, who is then left out; missing: the freeze fails. */
  readonly onSkipped?: (person: FreezePerson, error: MendError) => void
  readonly signal?: AbortSignal
}

const maxPeopleOfGroup = 32

function extentOfJoints(labels: FreezePerson['labels']): Box | null {
  for (const { value } of Object.values(labels)) {
    if (value.kind !== 'keypoints') continue
    const placed = value.joints.filter(({ v }) => v === visibility.visible || v === visibility.hidden)
    if (placed.length < 2) continue
    const xs = placed.map(({ x }) => x)
    const ys = placed.map(({ y }) => y)
    const [x, y] = [Math.min(...xs), Math.min(...ys)]
    return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
  }
  return null
}

/** The part of a box inside the image, in whole pixels outward; null where less than 2×2 pixels is left. */
function insideImage(box: Box, image: Size): Box | null {
  const x = Math.max(0, Math.floor(box.x))
  const y = Math.max(0, Math.floor(box.y))
  const width = Math.min(image.width, Math.ceil(box.x + box.width)) - x
  const height = Math.min(image.height, Math.ceil(box.y + box.height)) - y
  return width >= 2 && height >= 2 ? { x, y, width, height } : null
}

/**
 * The box that a person is cropped by: the given one, else the extent of the joints, else the whole image; each only as
 * far as it lies inside the image.
 */
export function frozenBox(person: Pick<FreezePerson, 'box' | 'labels' | 'size'>): Box {
  const { box, labels, size } = person
  const found = box ?? extentOfJoints(labels)
  return (found === null ? null : insideImage(found, size)) ?? { x: 0, y: 0, ...size }
}

/** Consecutive people of one file, at most 32 together. */
async function* groupByFile(people: AsyncIterable<FreezePerson>): AsyncGenerator<readonly FreezePerson[]> {
  let group: FreezePerson[] = []
  for await (const person of people) {
    if (group.length > 0 && (group[0].file !== person.file || group.length === maxPeopleOfGroup)) {
      yield group
      group = []
    }
    group.push(person)
  }
  if (group.length > 0) yield group
}

function labelRows(person: FreezePerson, affine: Affine, options: FreezeOptions): SnapshotPerson['labels'] {
  const { height, width } = options
  const rows: Record<string, { labelId: number; row: LabelRow }> = {}
  for (const { name, schema } of options.tasks) {
    const label = person.labels[name]
    if (label === undefined) continue
    const row = labelRow(schema, label.value, { image: person.size, affine, crop: { height, width } })
    rows[name] = { labelId: label.labelId, row }
  }
  return rows
}

interface Pending {
  readonly group: readonly FreezePerson[]
  readonly affines: readonly Affine[]
  readonly crops: Promise<Uint8Array | MendError>
}

class Freezer {
  readonly #options: FreezeOptions
  readonly #pool: PicturePool
  #done = 0

  constructor(options: FreezeOptions, pool: PicturePool) {
    this.#options = options
    this.#pool = pool
  }

  #start(group: readonly FreezePerson[]): Pending {
    const { width, height, margin, signal } = this.#options
    const crop = { width, height }
    const [{ file, size: expected }] = group
    const affines = group.map((person) => cropAffine(frozenBox(person), crop, margin))
    const task = signal === undefined ? { expected } : { expected, signal }
    const crops = this.#pool.crop(file, affines, crop, task).catch((error: unknown) => {
      if (error instanceof MendError && this.#options.onSkipped !== undefined) return error
      throw error
    })
    // The rejection is met when the group's turn comes; until then it must not count as unhandled.
    crops.catch(() => undefined)
    return { group, affines, crops }
  }

  async *#finish({ group, affines, crops }: Pending): AsyncGenerator<SnapshotPerson> {
    const pixels = await crops
    const size = this.#options.height * this.#options.width * 3
    for (const [i, person] of group.entries()) {
      if (pixels instanceof MendError) this.#options.onSkipped?.(person, pixels)
      else {
        const rgb = pixels.subarray(i * size, (i + 1) * size)
        const labels = labelRows(person, affines[i], this.#options)
        yield { person: person.person, split: person.split, rgb, affine: affines[i], labels }
      }
      this.#options.onProgress?.(++this.#done)
    }
  }

  /** People in the order given, while the pool is a few pictures ahead. */
  async *people(rows: AsyncIterable<FreezePerson>): AsyncGenerator<SnapshotPerson> {
    const queue: Pending[] = []
    for await (const group of groupByFile(rows)) {
      queue.push(this.#start(group))
      const next = queue.length > 2 * this.#pool.threads ? queue.shift() : undefined
      if (next !== undefined) yield* this.#finish(next)
    }
    for (const pending of queue) yield* this.#finish(pending)
  }
}

/**
 * Freezes people into a snapshot folder: crops at the model's size with the labels in crop coordinates, in the order of
 * `rows`. Pictures are decoded in a worker pool; memory does not grow with the set; the folder appears complete or not
 * at all.
 * @throws MendError of a picture or label that cannot be used (see `onSkipped`), `snapshot-exists`; the signal's reason.
 */
export async function freezeSnapshot(
  rows: AsyncIterable<FreezePerson>,
  options: FreezeOptions,
): Promise<SnapshotManifest> {
  const { folder, height, width, margin, tasks, signal } = options
  if (!(margin >= 0 && margin <= 4)) throw new RangeError(`margin ${margin}`)
  const pool = options.pool ?? new PicturePool()
  try {
    const people = new Freezer(options, pool).people(rows)
    const input = { height, width, tasks, people, configuration: { margin } }
    return await writeSnapshot(folder, signal === undefined ? input : { ...input, signal })
  } finally {
    if (options.pool === undefined) await pool.close()
  }
}
