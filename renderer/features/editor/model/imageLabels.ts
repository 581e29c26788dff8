import type { Editable } from '../../../../core/api/editing.ts'
import type { DrawnPerson, TaskView } from '../../../../core/api/labels.ts'
import { emptyMask, maskOfParts, type PartMask } from '../../../../core/dataset/editing/mask.ts'
import { client } from '../../../api/client.ts'
import { partCells } from '../../../overlays/rasters.ts'
import { drawnOfMask, emptyLabel, isWhole, type SessionLabel, type SessionPerson } from './sessionLabel.ts'

/** The people of an image and their labels, as the window shows them. Plain objects. */
export class ImageLabels {
  readonly project: string
  readonly image: number
  tasks: readonly TaskView[] = []
  people: SessionPerson[] = []
  width = 0
  height = 0
  /** Of the image, as its people have it; null: there are none. */
  size: { readonly width: number; readonly height: number } | null = null
  #found: { readonly people: readonly SessionPerson[]; readonly byId: ReadonlyMap<number, SessionPerson> } = {
    people: [],
    byId: new Map(),
  }

  constructor(project: string, image: number) {
    this.project = project
    this.image = image
  }

  /** Takes over what the service has; masks that were being edited are forgotten. */
  protected take(
    drawn: { readonly tasks: readonly TaskView[]; readonly people: readonly DrawnPerson[] },
    editable: Editable,
  ): void {
    this.tasks = drawn.tasks
    const [first] = drawn.people
    if (first !== undefined) this.size = { width: first.imageWidth, height: first.imageHeight }
    const versions = new Map(editable.labels.map((each) => [`${each.person}/${each.task}`, each]))
    this.people = drawn.people.map((one) => sessionPerson(one, versions))
  }

  /** Size of the upright image, in pixels: that of its masks. */
  setSize(width: number, height: number): void {
    this.width = width
    this.height = height
  }

  find(person: number): SessionPerson | null {
    // There may be thousands, and every label is found by its person.
    if (this.#found.people !== this.people) {
      this.#found = { people: this.people, byId: new Map(this.people.map((one) => [one.person, one])) }
    }
    return this.#found.byId.get(person) ?? null
  }

  schema(task: string): TaskView['schema'] | null {
    return this.tasks.find(({ name }) => name === task)?.schema ?? null
  }

  label(person: number, task: string): SessionLabel | null {
    return this.find(person)?.labels.get(task) ?? null
  }

  /** The part map of a person at image resolution, to be drawn into; loaded in full where only a smaller one is there. */
  async mask(person: number, task: string): Promise<PartMask | null> {
    const label = this.labelFor(person, task)
    if (label === null) return null
    if (label.mask !== null) return label.mask
    if (label.value?.kind === 'parts' && !isWhole(label.value)) {
      const full = await client.labels.ofPeople({ project: this.project, people: [person], tasks: [task] })
      const value = full.people[0]?.labels.find((each) => each.task === task)?.value ?? null
      if (label.mask !== null) return label.mask
      label.value = value
    }
    const { value } = label
    label.mask =
      value?.kind === 'parts'
        ? maskOfParts(
            {
              kind: 'parts',
              left: value.left,
              top: value.top,
              width: value.width,
              height: value.height,
              data: partCells(value),
            },
            this.width,
            this.height,
          )
        : emptyMask(this.width, this.height)
    return label.mask
  }

  /** Lets go of the masks of people that are not worked on, keeping what they say. */
  releaseMasks(keep: number): void {
    for (const { person, labels } of this.people) {
      if (person === keep) continue
      for (const label of labels.values()) {
        if (label.mask === null) continue
        if (label.painted && (label.value !== null || label.label !== null)) label.value = drawnOfMask(label.mask)
        label.mask = null
        label.painted = false
      }
    }
  }

  /** The label of a person and task, made where there is none; null: there is no such person. */
  protected labelFor(person: number, task: string): SessionLabel | null {
    const owner = this.find(person)
    if (owner === null) return null
    const known = owner.labels.get(task)
    if (known !== undefined) return known
    const made = emptyLabel(task)
    owner.labels.set(task, made)
    return made
  }

  protected allLabels(): SessionLabel[] {
    return this.people.flatMap(({ labels }) => [...labels.values()]).filter(({ label }) => label !== null)
  }
}

function sessionPerson(
  { person, box, labels }: DrawnPerson,
  versions: ReadonlyMap<string, { readonly label: number; readonly revision: number }>,
): SessionPerson {
  const entries = labels.map(({ label, task, state, origin, source, disputed, value }): [string, SessionLabel] => {
    const revision = versions.get(`${person}/${task}`)?.revision ?? 0
    return [task, { task, label, revision, state, origin, source, disputed, value, mask: null, painted: false }]
  })
  return { person, box, labels: new Map(entries) }
}
