import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { embeddingLength } from '../dataset/embedding.ts'
import { createProject, type Project } from '../store/project.ts'
import { addEmbeddings } from '../training/embeddings.ts'
import { believedIdentity } from './believedIdentity.ts'
import { decideSuspects, undoDecisions } from './decide.ts'

let root: string
let project: Project
let labels: number[]
const run = 1

/** People on a circle of the embedding space, at these degrees, and who they are said to be. */
const people = [
  { at: 0, identity: 'a/ann' },
  // Next to the first, but nobody believes its label; the next is rejected, and of the third nobody knows who it is.
  { at: 1, identity: 'a/bob' },
  { at: 2, identity: 'a/cid' },
  { at: 3, identity: null },
  { at: 10, identity: 'a/dan' },
  { at: -20, identity: 'a/eve' },
  // On the other side, twenty of whom nobody knows who they are stand between somebody and the next who is known.
  { at: 180, identity: 'a/fay' },
  ...Array.from({ length: 20 }, (_, step) => ({ at: 160 - step, identity: null })),
  { at: 120, identity: 'a/gil' },
]

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mend-believed-'))
  project = createProject(path.join(root, 'p.mend'))
  const made = project.transaction((writer) => {
    const task = writer.tasks.insert('who', { kind: 'identity' })
    const found = people.map(({ identity }, at) => {
      const file = path.join(root, `${at}.jpg`)
      const sha256 = (at + 1).toString(16).padStart(64, '0')
      const image = writer.images.insert({ sha256, dHash: 0n, width: 8, height: 8, file, split: null })
      const person = writer.people.insert({ image, box: null })
      const value = { kind: 'identity', identity, camera: 7 } as const
      const head = { person, task, source: null, origin: 'imported', current: true } as const
      return { person, label: writer.labels.insert({ ...head, value, state: at === 2 ? 'rejected' : 'labelled' }) }
    })
    writer.runs.insert({ kind: 'train', status: 'done', configuration: {} })
    const ranking = found.map(({ label }, at) => ({
      label,
      rank: at + 1,
      score: -at,
      flagged: at < 2,
      signals: {},
      why: '',
      component: null,
      cutValue: 1,
    }))
    writer.suspects.replace(run, 'who', ranking)
    return found
  })
  labels = made.map(({ label }) => label)
  const persons = Float64Array.from(made, ({ person }) => person)
  const vector = (index: number): Float32Array => {
    const angle = (people[index].at * Math.PI) / 180
    const one = new Float32Array(embeddingLength)
    one.set([Math.cos(angle), Math.sin(angle)])
    return one
  }
  addEmbeddings(project.runFolder(run), 'who', persons, vector)
})
afterEach(() => {
  project.close()
  rmSync(root, { recursive: true, force: true })
})

const label = (at: number): NonNullable<ReturnType<Project['labels']['get']>> => {
  const found = project.labels.get(labels[at])
  if (found === undefined) throw new Error('the label is gone')
  return found
}
const decide = (decision: 'accept-prediction' | 'keep', at: number): void => {
  decideSuspects(project, { run, by: 'ann', decisions: [{ label: labels[at], decision, reason: '' }] })
}

test('a person is taken for the nearest whose label is believed: not flagged, not rejected, and of somebody known', () => {
  const believed = believedIdentity(project, run, label(0))
  expect(believed).toMatchObject({ identity: 'a/dan', person: label(4).person })
  expect(believed?.similarity).toBeCloseTo(Math.cos((10 * Math.PI) / 180), 6)
  decide('keep', 1)
  expect(believedIdentity(project, run, label(0))?.identity).toBe('a/bob')
})

test('however many stand nearer who are not', () => {
  expect(believedIdentity(project, run, label(6))).toMatchObject({ identity: 'a/gil', person: label(27).person })
})

test('accepting the model names the person so, as a decision with a revision that one undo takes back', () => {
  decide('accept-prediction', 0)
  expect(label(0)).toMatchObject({
    state: 'verified',
    origin: 'model',
    value: { kind: 'identity', identity: 'a/dan', camera: 7 },
  })
  expect(project.suspects.get(run, labels[0])?.decision).toBe('accept-prediction')
  const [revision] = project.labels.revisions(labels[0])
  expect(revision).toMatchObject({ by: 'ann', why: 'accept-prediction (suspect of run 1)' })
  const { undone } = undoDecisions(project, run, 'ann')
  expect(undone).toMatchObject([{ label: labels[0], task: 'who', decision: 'accept-prediction' }])
  expect(label(0)).toMatchObject({ state: 'labelled', value: { identity: 'a/ann' } })
})

test('a person whom the run never compared is taken for nobody, and accepting says so', () => {
  rmSync(path.join(project.runFolder(run), 'embeddings'), { recursive: true })
  expect(believedIdentity(project, run, label(0))).toBeNull()
  expect(() => decide('accept-prediction', 0)).toThrow('compared the person')
})
