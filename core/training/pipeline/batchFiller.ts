import type { LabelRows } from '../../snapshot/layout.ts'
import type { Snapshot } from '../../snapshot/read.ts'
import { Random } from '../../synthetic/random.ts'
import { drawAugmentation, unchanged, writeTransform } from '../batch/augmentation.ts'
import type { BatchPlan, BatchSlot } from './batchSlot.ts'

const identity = unchanged()

/** Reads and augments the people of a batch into a slot. Every draw is named by seed, epoch and person. */
export class BatchFiller {
  readonly #snapshot: Snapshot
  readonly #plan: BatchPlan
  readonly #pixels: Uint8Array
  readonly #padded: Int32Array
  readonly #rows: readonly { readonly presence: Uint8Array; readonly row: LabelRows }[]

  constructor(snapshot: Snapshot, plan: BatchPlan) {
    const { batch, geometry, tasks } = plan
    this.#snapshot = snapshot
    this.#plan = plan
    this.#pixels = new Uint8Array(batch * geometry.cropHeight * geometry.cropWidth * 3)
    this.#padded = new Int32Array(batch)
    this.#rows = tasks.map(({ name }) => {
      const layout = snapshot.layout(name)
      return { presence: snapshot.presence(name), row: layout.allocate(layout.length) }
    })
  }

  /** Pictures as they are; rows beyond `people` repeat the first. */
  fillImages(slot: BatchSlot, people: Int32Array): void {
    this.#padded.fill(people[0])
    this.#padded.set(people)
    this.#snapshot.readImages(this.#padded, this.#pixels)
    slot.images.set(this.#pixels)
  }

  /** Pictures, how they are changed, and labels changed alike; rows beyond `people` carry no label. */
  fillTraining(slot: BatchSlot, people: Int32Array, epoch: number): void {
    const { batch, augment, seed, geometry } = this.#plan
    this.fillImages(slot, people)
    for (let b = 0; b < batch; b++) {
      if (b >= people.length) {
        writeTransform(identity, slot.transforms, b)
        slot.colour.set(identity.colour, b * 6)
        for (const { loss, active } of slot.tasks) {
          active[b] = 0
          loss.clear(b)
        }
        continue
      }
      const random = new Random(seed, 'augmentation', epoch, people[b])
      const change = augment ? drawAugmentation(random, augment, geometry.cropHeight, geometry.cropWidth) : identity
      writeTransform(change, slot.transforms, b)
      slot.colour.set(change.colour, b * 6)
      for (let task = 0; task < slot.tasks.length; task++) {
        const { loss, active } = slot.tasks[task]
        const { presence, row } = this.#rows[task]
        active[b] = 0
        if (presence[people[b]] === 0) {
          loss.clear(b)
          continue
        }
        this.#snapshot.readRow(this.#plan.tasks[task].name, people[b], row)
        active[b] = loss.fill(b, row, change) ? 1 : 0
      }
    }
  }
}
