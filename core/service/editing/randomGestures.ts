import { isDeepStrictEqual } from 'node:util'
import type { GestureResult, LabelChange, LabelEdit, PeopleChange } from '../../api/editing.ts'
import { patchRuns } from '../../dataset/editing/maskRuns.ts'
import { Random } from '../../synthetic/random.ts'
import { jointNames, stored, tagNames, type EditingFixture } from './editingFixture.ts'
import {
  readPicture,
  ReferencePicture,
  withLabel,
  withPeople,
  type PlainLabel,
  type PlainPicture,
} from './referencePicture.ts'

const [width, height] = [40, 30]
const mostPeople = 5

/** What came of random gestures: where the service and the reference differ, in words; empty: nowhere. */
export interface RandomGestures {
  readonly gestures: number
  readonly undone: number
  readonly redone: number
  readonly refused: number
  readonly differences: readonly string[]
}

/** A change of one label, and its value afterwards as the reference has it. */
interface PlannedEdit {
  readonly change: LabelChange
  readonly value: unknown
  readonly mark?: { readonly state: string; readonly origin: string }
}

/**
 * Plays random gestures on the labels and people of both pictures of the fixture, with random undo and redo, some sent twice and
 * some on a label that is another by then, and compares the project with a plain reference after each. At the end
 * everything is taken back and done again.
 */
export async function playRandomGestures(
  fixture: EditingFixture,
  options: { readonly seed: number; readonly gestures: number },
): Promise<RandomGestures> {
  const game = new Game(fixture, new Random(options.seed, 'gestures'))
  for (let turn = 0; turn < options.gestures; turn++) await game.turn()
  await game.thereAndBack()
  return { gestures: options.gestures, ...game.counts, differences: game.differences }
}

class Game {
  readonly counts = { undone: 0, redone: 0, refused: 0 }
  readonly differences: string[] = []
  readonly #fixture: EditingFixture
  readonly #random: Random
  readonly #pictures: ReadonlyMap<number, ReferencePicture>
  #sent = 0

  constructor(fixture: EditingFixture, random: Random) {
    this.#fixture = fixture
    this.#random = random
    const picture = (image: number): [number, ReferencePicture] => [image, new ReferencePicture(this.#stored(image))]
    this.#pictures = new Map([picture(1), picture(2)])
  }

  #stored(image: number): PlainPicture {
    return this.#fixture.look((project) => readPicture(project, image))
  }

  #picture(image: number): ReferencePicture {
    const found = this.#pictures.get(image)
    if (found === undefined) throw new Error(`no picture ${image}`)
    return found
  }

  async turn(): Promise<void> {
    const image = this.#random.uniform() < 0.7 ? 1 : 2
    const what = this.#random.uniform()
    if (what < 0.17) await this.#step(image, 'undo')
    else if (what < 0.3) await this.#step(image, 'redo')
    else if (what < 0.45) await this.#people(image)
    else await this.#labels(image)
    this.#compare(image, `turn ${this.#sent}`)
  }

  /** Takes everything back, and does it again. */
  async thereAndBack(): Promise<void> {
    for (const [image, picture] of this.#pictures) {
      const steps = picture.undoable
      for (let step = 0; step < steps; step++) await this.#step(image, 'undo')
      this.#compare(image, 'all taken back')
      for (let step = 0; step < steps; step++) await this.#step(image, 'redo')
      this.#compare(image, 'all done again')
    }
  }

  async #step(image: number, direction: 'undo' | 'redo'): Promise<void> {
    const picture = this.#picture(image)
    const possible = direction === 'undo' ? picture.undoable : picture.redoable
    const { client, folder } = this.#fixture
    const step = client.editing[direction]({ project: folder, image })
    if (possible === 0) return this.#refusal(step)
    const { history } = stored(await step)
    if (direction === 'undo') picture.undo()
    else picture.redo()
    this.counts[direction === 'undo' ? 'undone' : 'redone'] += 1
    this.#checkHistory(image, history)
  }

  async #refusal(promise: Promise<GestureResult>): Promise<void> {
    const result = await promise.catch(() => null)
    if (result?.outcome === 'stored') this.differences.push('something was stored that had to be refused')
    this.counts.refused += 1
  }

  async #labels(image: number): Promise<void> {
    const picture = this.#picture(image)
    const people = Object.keys(picture.now).map(Number)
    if (people.length === 0) return
    const { client, folder } = this.#fixture
    const { labels } = await client.editing.state({ project: folder, image })
    const base = (person: number, task: string): number | null =>
      labels.find((label) => label.person === person && label.task === task)?.revision ?? null
    let next = picture.now
    const edits: LabelEdit[] = []
    const edited = new Set<string>()
    for (let count = this.#random.uniform() < 0.8 ? 1 : 3; count > 0; count--) {
      const [person, task] = [this.#random.pick(people), this.#random.pick(['pose', 'parts', 'tags', 'who', 'depth'])]
      const planned = this.#plan(next[person].labels[task], task)
      if (planned === null || edited.has(`${person}/${task}`)) continue
      edited.add(`${person}/${task}`)
      next = withLabel(next, person, task, planned.value, planned.mark)
      edits.push({ person, task, base: base(person, task), change: planned.change })
    }
    if (edits.length === 0) return
    const gesture = `random-${++this.#sent}`
    const input = { project: folder, image, gesture, reason: `random ${this.#sent}` }
    if (this.#random.uniform() < 0.05) {
      // The last label is another by now than the one that the gesture was made on: nothing of it is stored.
      const late = edits.map((edit, at) => (at < edits.length - 1 ? edit : { ...edit, base: (edit.base ?? 0) + 7 }))
      return this.#refusal(client.editing.apply({ ...input, edits: late }))
    }
    await this.#send(image, next, () => client.editing.apply({ ...input, edits }))
  }

  /** Sends a gesture, now and then twice, as when an answer was lost. */
  async #send(image: number, next: PlainPicture, send: () => Promise<GestureResult>): Promise<void> {
    const { history } = stored(await send())
    this.#picture(image).become(next)
    this.#checkHistory(image, history)
    if (this.#random.uniform() < 0.05) this.#checkHistory(image, stored(await send()).history)
  }

  #plan(label: PlainLabel | undefined, task: string): PlannedEdit | null {
    if (label !== undefined && this.#random.uniform() < 0.15) return this.#planState(label)
    switch (task) {
      case 'pose':
        return this.#planJoints(label)
      case 'parts':
        return this.#planPaint(label)
      case 'tags':
        return this.#planAnswers(label)
      case 'who': {
        const who = {
          identity: this.#random.pick(['ann', 'bob', 'eve', null]),
          camera: this.#random.pick([1, 2, null]),
        }
        return { change: { type: 'set-value', value: { kind: 'identity', ...who } }, value: who }
      }
      default:
        return label === undefined ? null : this.#planInvalid(label)
    }
  }

  #planState({ value, origin }: PlainLabel): PlannedEdit {
    const state = this.#random.pick(['labelled', 'verified', 'rejected', null] as const)
    if (state === null) return { change: { type: 'set-value', value: null }, value: null }
    return { change: { type: 'set-state', state }, value, mark: { state, origin } }
  }

  #planJoints(label: PlainLabel | undefined): PlannedEdit {
    const known = label?.value as [number, number, number][] | undefined
    const joints = known?.map((joint) => [...joint]) ?? Array.from({ length: 4 }, () => [0, 0, 0])
    const changes = Array.from({ length: 1 + this.#random.integer(2) }, () => {
      const index = this.#random.integer(4)
      const v = this.#random.integer(4)
      const joint: [number, number, number] = [this.#random.uniform() * width, this.#random.uniform() * height, v]
      joints[index] = v === 1 || v === 2 ? joint : [0, 0, v]
      return { index, name: jointNames[index], joint }
    })
    const value = joints.every(([, , v]) => v === 0) ? null : joints
    return { change: { type: 'set-joints', joints: changes }, value }
  }

  #planPaint(label: PlainLabel | undefined): PlannedEdit {
    const cells = label === undefined ? Array<number>(width * height).fill(0) : [...(label.value as number[])]
    const [left, top] = [this.#random.integer(width), this.#random.integer(height)]
    const bounds = {
      left,
      top,
      width: 1 + this.#random.integer(width - left),
      height: 1 + this.#random.integer(height - top),
    }
    const plain = this.#random.uniform() < 0.5
    const part = this.#random.pick([0, 1, 2, 3, 255])
    const after = Uint8Array.from({ length: bounds.width * bounds.height }, () =>
      plain ? part : this.#random.pick([0, 1, 2, 3, 255]),
    )
    after.forEach((cell, at) => {
      cells[(top + Math.floor(at / bounds.width)) * width + left + (at % bounds.width)] = cell
    })
    return { change: { type: 'paint', ...patchRuns({ bounds, before: after, after }) }, value: cells }
  }

  #planAnswers(label: PlainLabel | undefined): PlannedEdit {
    const values = label === undefined ? [null, null] : [...(label.value as (boolean | null)[])]
    const [index, value] = [this.#random.integer(2), this.#random.pick([true, false, null])]
    values[index] = value
    const nothing = values.every((answer) => answer === null)
    return {
      change: { type: 'set-attributes', values: [{ index, name: tagNames[index], value }] },
      value: nothing ? null : values,
    }
  }

  #planInvalid({ value }: PlainLabel): PlannedEdit {
    const { window, raw } = value as { window: number[]; raw: number[] }
    const at = this.#random.integer(raw.length)
    const bounds = {
      left: window[0] + (at % window[2]),
      top: window[1] + Math.floor(at / window[2]),
      width: 1,
      height: 1,
    }
    const after = Uint8Array.of(1)
    const left = raw.with(at, 0)
    const change = { type: 'invalidate', ...patchRuns({ bounds, before: after, after }) } as const
    return { change, value: left.every((depth) => depth === 0) ? null : { window, raw: left } }
  }

  async #people(image: number): Promise<void> {
    const { now } = this.#picture(image)
    const { client, folder } = this.#fixture
    const { labels } = await client.editing.state({ project: folder, image })
    const change = this.#planPeople(now, (person, task) => {
      return labels.find((label) => label.person === person && label.task === task)?.revision ?? null
    })
    if (change === null) return
    const gesture = `people-${++this.#sent}`
    const send = (): Promise<GestureResult> =>
      client.editing.people({ project: folder, image, gesture, reason: change.type, change })
    const { people, history } = stored(await send())
    const added = people.find(({ person }) => now[person] === undefined)?.person ?? 0
    this.#picture(image).become(withPeople(now, change, added))
    this.#checkHistory(image, history)
  }

  #planPeople(now: PlainPicture, base: (person: number, task: string) => number | null): PeopleChange | null {
    const people = Object.keys(now).map(Number)
    const [x, y] = [this.#random.uniform() * 20, this.#random.uniform() * 15]
    const box = { x, y, width: 1 + this.#random.uniform() * 19, height: 1 + this.#random.uniform() * 14 }
    if (people.length === 0) return { type: 'add', box }
    const person = this.#random.pick(people)
    if (people.length >= mostPeople) return { type: 'delete', person }
    switch (this.#random.integer(5)) {
      case 0:
        return { type: 'add', box: this.#random.uniform() < 0.2 ? null : box }
      case 1:
        return people.length > 1 ? { type: 'delete', person } : null
      case 2:
        return { type: 'duplicate', person, dx: 0, dy: 0 }
      case 3: {
        const task = this.#random.pick(Object.keys(now[person].labels))
        const to = this.#random.pick(people)
        if (task === undefined || to === person) return null
        return { type: 'reassign', task, from: person, to, fromBase: base(person, task), toBase: base(to, task) }
      }
      default:
        return { type: 'box', person, base: now[person].box as typeof box | null, box }
    }
  }

  #checkHistory(image: number, history: { readonly undoable: number; readonly redoable: number }): void {
    const { undoable, redoable } = this.#picture(image)
    if (history.undoable === undoable && history.redoable === redoable) return
    this.differences.push(
      `picture ${image}: ${history.undoable} to undo, ${history.redoable} to redo instead of ${undoable}, ${redoable}`,
    )
  }

  #compare(image: number, when: string): void {
    const [wanted, found] = [this.#picture(image).now, this.#stored(image)]
    if (isDeepStrictEqual(wanted, found)) return
    this.differences.push(`picture ${image}, ${when}: ${JSON.stringify({ wanted, found }).slice(0, 2000)}`)
  }
}
