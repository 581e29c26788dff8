import type { PeopleChange } from '../../api/editing.ts'
import { maskOfParts } from '../../dataset/editing/mask.ts'
import type { LabelValue } from '../../dataset/label.ts'
import type { Project } from '../../store/project.ts'

/** A label in plain words: masks cell by cell over the whole picture. */
export interface PlainLabel {
  readonly state: string
  readonly origin: string
  readonly value: unknown
}

export interface PlainPerson {
  readonly box: unknown
  readonly labels: Readonly<Record<string, PlainLabel>>
}

/** People of a picture by their numbers. */
export type PlainPicture = Readonly<Record<number, PlainPerson>>

const labelled = { state: 'labelled', origin: 'human' }
const order = (labels: Readonly<Record<string, PlainLabel>>): Record<string, PlainLabel> =>
  Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

/**
 * One picture as plain objects, with whole pictures as its history: what the service must agree with, worked out without
 * revisions, windows of masks or SQL.
 */
export class ReferencePicture {
  #now: PlainPicture
  #done: PlainPicture[] = []
  #undone: PlainPicture[] = []

  constructor(start: PlainPicture) {
    this.#now = start
  }

  get now(): PlainPicture {
    return this.#now
  }

  get undoable(): number {
    return this.#done.length
  }

  get redoable(): number {
    return this.#undone.length
  }

  /** A finished gesture. */
  become(next: PlainPicture): void {
    this.#done.push(this.#now)
    this.#undone = []
    this.#now = next
  }

  undo(): void {
    const before = this.#done.pop()
    if (before === undefined) throw new Error('there is nothing to undo')
    this.#undone.push(this.#now)
    this.#now = before
  }

  redo(): void {
    const after = this.#undone.pop()
    if (after === undefined) throw new Error('there is nothing to do again')
    this.#done.push(this.#now)
    this.#now = after
  }
}

/** The picture with another content of one label; `value` null: none. */
export function withLabel(
  picture: PlainPicture,
  person: number,
  task: string,
  value: unknown,
  mark: { readonly state: string; readonly origin: string } = labelled,
): PlainPicture {
  const { [task]: _, ...others } = picture[person].labels
  const labels = value === null ? others : { ...others, [task]: { ...mark, value } }
  return { ...picture, [person]: { ...picture[person], labels: order(labels) } }
}

/** The picture after a change of people; `added`: the number that the service gave whoever is new. */
export function withPeople(picture: PlainPicture, change: PeopleChange, added: number): PlainPicture {
  switch (change.type) {
    case 'add':
      return { ...picture, [added]: { box: change.box, labels: {} } }
    case 'delete': {
      const { [change.person]: _, ...others } = picture
      return others
    }
    case 'duplicate': {
      const { box, labels } = picture[change.person]
      const kept = Object.entries(labels).filter(([, { value }]) => !isIdentity(value))
      const copied = kept.map(([task, { value }]) => [task, { ...labelled, value }])
      return { ...picture, [added]: { box, labels: Object.fromEntries(copied) as Record<string, PlainLabel> } }
    }
    case 'reassign': {
      const { task, from, to } = change
      const [given, taken] = [picture[from].labels[task], picture[to].labels[task] as PlainLabel | undefined]
      const mark = ({ state }: PlainLabel) => ({ ...labelled, state: state === 'rejected' ? state : 'labelled' })
      const there = withLabel(picture, to, task, given.value, mark(given))
      return withLabel(there, from, task, taken?.value ?? null, taken === undefined ? labelled : mark(taken))
    }
    case 'box':
      return { ...picture, [change.person]: { ...picture[change.person], box: change.box } }
  }
}

function isIdentity(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'identity' in value
}

/** A picture as the project has it. A label without a value is none. */
export function readPicture(project: Project, image: number): PlainPicture {
  const size = project.images.get(image)
  if (size === undefined) throw new Error(`there is no image ${image}`)
  const people = project.people.ofImage(image).map(({ id, box }): [number, PlainPerson] => {
    const labels = project.labels.currentOf(id).flatMap(({ task, value, state, origin }): [string, PlainLabel][] => {
      if ((value === null) !== (state === 'unlabelled')) throw new Error(`a label that is ${state} has ${value?.kind}`)
      return value === null ? [] : [[task, { state, origin, value: plainValue(value, size) }]]
    })
    return [id, { box, labels: order(Object.fromEntries(labels)) }]
  })
  return Object.fromEntries(people)
}

function plainValue(value: LabelValue, { width, height }: { width: number; height: number }): unknown {
  switch (value.kind) {
    case 'keypoints':
      return value.joints.map(({ x, y, v }) => [x, y, v])
    case 'parts':
      return [...maskOfParts(value, width, height).data]
    case 'depth':
    case 'normals':
      return { window: [value.left, value.top, value.width, value.height], raw: [...value.data] }
    case 'identity':
      return { identity: value.identity, camera: value.camera }
    case 'attributes':
    case 'vector':
      return [...value.values]
  }
}
