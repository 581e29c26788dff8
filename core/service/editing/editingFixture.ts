import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import type { contract } from '../../api/contract.ts'
import type { GestureResult, LabelChange } from '../../api/editing.ts'
import type { LabelValue } from '../../dataset/label.ts'
import { createProject, openProject, type Project } from '../../store/project.ts'
import { openInProcessClient, type InProcessClient } from '../inProcessClient.ts'

export type Client = ContractRouterClient<typeof contract>
export type Stored = Extract<GestureResult, { outcome: 'stored' }>

/** Two pictures of 40×30 pixels; person 1 and 2 in the first, 3 in the second. Person 1 has a label of every task, 2 and 3 none. */
export interface EditingFixture {
  readonly folder: string
  readonly client: Client
  /** Reads what was stored, past the service. */
  readonly look: <T>(read: (project: Project) => T) => T
  readonly apply: (
    person: number,
    task: string,
    base: number | null,
    change: LabelChange,
    options?: { readonly image?: number; readonly gesture?: string; readonly by?: string },
  ) => Promise<GestureResult>
  readonly close: () => Promise<void>
}

export const pose: LabelValue = {
  kind: 'keypoints',
  joints: [
    { x: 10, y: 5, v: 2 },
    { x: 8, y: 12, v: 2 },
    { x: 12, y: 12, v: 1 },
    { x: 0, y: 0, v: 3 },
  ],
}

/** Window 4×3 at (2, 1): hat above coat. */
export const parts: LabelValue = {
  kind: 'parts',
  left: 2,
  top: 1,
  width: 4,
  height: 3,
  data: Uint8Array.from([1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2]),
}

const depth: LabelValue = {
  kind: 'depth',
  left: 0,
  top: 0,
  width: 2,
  height: 2,
  data: Uint16Array.from([10, 20, 30, 40]),
  scale: 0.1,
  offset: 0,
}

export const jointNames = ['head', 'left', 'right', 'foot'] as const
export const tagNames = ['hat', 'bag'] as const

type JointTriple = [x: number, y: number, v: number]

/** Puts joints of `pose` somewhere. */
export function setJoints(joints: Readonly<Partial<Record<(typeof jointNames)[number], JointTriple>>>) {
  const changes = Object.entries(joints).map(([name, joint]) => {
    return { index: jointNames.findIndex((each) => each === name), name, joint }
  })
  return { type: 'set-joints' as const, joints: changes }
}

/** Answers `tags`. */
export function setTags(answers: Readonly<Partial<Record<(typeof tagNames)[number], boolean | null>>>) {
  const values = Object.entries(answers).map(([name, value]) => {
    return { index: tagNames.findIndex((each) => each === name), name, value }
  })
  return { type: 'set-attributes' as const, values }
}

const schemas = [
  ['pose', { kind: 'keypoints', joints: jointNames, edges: [[0, 1]], flip: [0, 2, 1, 3] }, pose],
  ['parts', { kind: 'parts', parts: ['background', 'hat', 'coat', 'shoe'], flip: [0, 1, 2, 3] }, parts],
  ['tags', { kind: 'attributes', attributes: tagNames }, { kind: 'attributes', values: [true, null] }],
  ['who', { kind: 'identity' }, { kind: 'identity', identity: 'ann', camera: 2 }],
  ['depth', { kind: 'depth', unit: 'metre' }, depth],
] as const

function fill(project: Project): void {
  project.transaction((writer) => {
    const images = [1, 2].map((index) =>
      writer.images.insert({
        sha256: index.toString(16).padStart(64, '0'),
        dHash: 0n,
        width: 40,
        height: 30,
        file: path.join(project.folder, `${index}.jpg`),
        split: null,
      }),
    )
    const box = { x: 2, y: 1, width: 20, height: 25 }
    const first = writer.people.insert({ image: images[0], box })
    writer.people.insert({ image: images[0], box: { x: 22, y: 1, width: 10, height: 25 } })
    writer.people.insert({ image: images[1], box: { x: 3, y: 1, width: 20, height: 25 } })
    for (const [name, schema, value] of schemas) {
      const task = writer.tasks.insert(name, schema)
      const state = { state: 'labelled', origin: 'imported', current: true } as const
      writer.labels.insert({ person: first, task, source: null, value, ...state })
    }
  })
}

export function openFixture(): EditingFixture {
  const root = mkdtempSync(path.join(tmpdir(), 'mend-editing-'))
  const folder = path.join(root, 'p.mend')
  const project = createProject(folder)
  fill(project)
  project.close()
  const service: InProcessClient = openInProcessClient()
  let gestures = 0
  let looking: Project | null = null
  return {
    folder,
    client: service.client,
    look: (read) => read((looking ??= openProject(folder))),
    apply: (person, task, base, change, options = {}) =>
      service.client.editing.apply({
        project: folder,
        image: options.image ?? 1,
        gesture: options.gesture ?? `gesture-${++gestures}`,
        reason: `test ${change.type}`,
        by: options.by ?? 'Ann',
        edits: [{ person, task, base, change }],
      }),
    close: async () => {
      looking?.close()
      await service.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** The outcome of a gesture that must have been stored. */
export function stored(result: GestureResult): Stored {
  if (result.outcome !== 'stored') throw new Error(`not stored: ${JSON.stringify(result)}`)
  return result
}
