import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createProject, openProject, type Project } from '../store/project.ts'
import { writeSummary } from '../store/suspectSummaries.ts'
import { decideSuspects, undoDecisions, type LabelDecision } from './decide.ts'
import { countSuspects, moveSuspectCut, suspectQueue } from './suspectReview.ts'

let root: string
let project: Project
let labels: number[]
const run = 1
const code = (expected: string): unknown => expect.objectContaining({ code: expected })

/** Six ranked labels of task `tags`: ranks 1 … 6, cut values 6 … 1 of which those from 4 on are flagged. */
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mend-decide-'))
  project = createProject(path.join(root, 'p.mend'))
  labels = project.transaction((writer) => {
    const source = writer.sources.insert({ name: 'a', format: 'test', folder: root, mapping: {}, report: {} })
    const other = writer.sources.insert({ name: 'b', format: 'test', folder: root, mapping: {}, report: {} })
    const task = writer.tasks.insert('tags', { kind: 'attributes', attributes: ['hat', 'bag'] }, source)
    const made = Array.from({ length: 6 }, (_, at) => {
      const sha256 = (at + 1).toString(16).padStart(64, '0')
      const file = path.join(root, `${at}.jpg`)
      const image = writer.images.insert({ sha256, dHash: 0n, width: 10, height: 20, file, split: null })
      const person = writer.people.insert({ image, box: null })
      const value = { kind: 'attributes', values: [true, null] } as const
      const from = at < 4 ? source : other
      return writer.labels.insert({
        person,
        task,
        source: from,
        value,
        state: 'labelled',
        origin: 'imported',
        current: true,
      })
    })
    writer.runs.insert({ kind: 'train', status: 'done', configuration: {} })
    writer.suspects.replace(
      run,
      'tags',
      made.map((label, at) => ({
        label,
        rank: at + 1,
        score: -at,
        flagged: at < 3,
        signals: { s: 6 - at, meanLoss: at % 2 === 0 ? at : null },
        why: '',
        component: at % 2 === 0 ? 'hat' : 'bag',
        cutValue: 6 - at,
      })),
    )
    writeSummary(writer.connection, run, task, {
      labels: 6,
      cut: { verdict: 'corruption', signal: 's', threshold: 4, estimatedNoise: 0.5, separation: 4, explanation: '' },
      distribution: { low: 1, high: 7, counts: [1, 1, 1, 1, 1, 1], wrong: null },
      signals: { s: [1, 6] },
      course: { epochs: [], s: [], loss: [] },
      components: [],
      warmupEpochs: 1,
    })
    return made
  })
})
afterEach(() => {
  project.close()
  rmSync(root, { recursive: true, force: true })
})

const decide = (decision: LabelDecision['decision'], ...at: number[]) =>
  decideSuspects(project, {
    run,
    by: 'tester',
    decisions: at.map((index) => ({ label: labels[index], decision, reason: '' })),
  })
const states = (): string[] => labels.map((label) => project.labels.get(label)?.state ?? '')
const decisions = (): (string | null)[] => labels.map((label) => project.suspects.get(run, label)?.decision ?? null)

describe('deciding', () => {
  test('keeps, rejects and skips in one transaction with a revision for each label that changes', () => {
    expect(decide('keep', 0, 1)).toMatchObject({ keep: 2, revisions: 2, conflicts: [], made: [] })
    decide('reject', 2)
    decide('skip', 3)
    expect(states()).toEqual(['verified', 'verified', 'rejected', 'labelled', 'labelled', 'labelled'])
    expect(decisions()).toEqual(['keep', 'keep', 'reject', 'skip', null, null])
    expect(labels.map((label) => project.labels.revisions(label).length)).toEqual([1, 1, 1, 0, 0, 0])
    expect(project.labels.revisions(labels[2])[0]).toMatchObject({
      by: 'tester',
      why: 'reject (suspect of run 1)',
      state: 'labelled',
    })
  })

  test('leaves a label alone that is not as the decider saw it, and says who changed it', () => {
    decide('reject', 0)
    const seen = { decision: null, revision: 0 }
    const decided = decideSuspects(project, {
      run,
      by: 'late',
      decisions: [0, 1].map((at) => ({ label: labels[at], decision: 'keep', reason: '', seen })),
    })
    expect(decided.conflicts).toMatchObject([{ label: labels[0], decision: 'reject', by: 'tester' }])
    expect(decided.made).toMatchObject([{ label: labels[1], state: 'verified' }])
    expect(states().slice(0, 2)).toEqual(['rejected', 'verified'])
  })

  test('refuses labels that the run did not rank, and then changes none', () => {
    const wanted = [labels[0], 999].map((label) => ({ label, decision: 'keep' as const, reason: '' }))
    expect(() => decideSuspects(project, { run, by: 'x', decisions: wanted })).toThrow(code('not-a-suspect'))
    expect(decisions()[0]).toBeNull()
  })
})

describe('undoing', () => {
  test('takes back the newest decisions first, any number, also after a restart', () => {
    decide('keep', 0)
    decide('reject', 1, 2)
    decide('reject', 0)
    expect(undoDecisions(project, run, 'me')).toMatchObject({ undone: [{ label: labels[0] }], remaining: 2 })
    // What it was before the newest decision: kept, by the first one.
    expect([states()[0], decisions()[0]]).toEqual(['verified', 'keep'])
    project.close()
    project = openProject(path.join(root, 'p.mend'))
    expect(
      undoDecisions(project, run, 'me')
        .undone.map((one) => one.label)
        .sort(),
    ).toEqual([labels[1], labels[2]])
    undoDecisions(project, run, 'me')
    expect(states()).toEqual(Array(6).fill('labelled'))
    expect(decisions()).toEqual(Array(6).fill(null))
    expect(project.labels.revisions(labels[0]).map((one) => one.why)).toEqual([
      'keep (suspect of run 1)',
      'reject (suspect of run 1)',
      'undo: reject (suspect of run 1)',
      'undo: keep (suspect of run 1)',
    ])
    expect(() => undoDecisions(project, run, 'me')).toThrow(code('nothing-to-undo'))
  })

  test('brings back the value bit for bit', () => {
    const before = project.connection.get('SELECT value, asset, state, origin FROM label WHERE id = ?', labels[0])
    decide('reject', 0)
    undoDecisions(project, run, 'me')
    expect(project.connection.get('SELECT value, asset, state, origin FROM label WHERE id = ?', labels[0])).toEqual(
      before,
    )
  })

  test('leaves a label that was edited since, and goes on with the decisions before', () => {
    decide('keep', 1)
    decide('keep', 0)
    project.transaction(({ labels: writer }) => {
      const value = { kind: 'attributes', values: [false, true] } as const
      writer.write(labels[0], { value, state: 'labelled', origin: 'human' }, { by: 'editor', why: 'fixed' })
    })
    const undone = undoDecisions(project, run, 'me')
    expect(undone).toMatchObject({ undone: [], conflicts: [{ label: labels[0] }], remaining: 1 })
    expect(project.labels.get(labels[0])).toMatchObject({ origin: 'human', state: 'labelled' })
    expect(undoDecisions(project, run, 'me').undone).toMatchObject([{ label: labels[1] }])
  })
})

describe('the queue', () => {
  const list = (query: Partial<Parameters<typeof suspectQueue>[1]> = {}): number[] =>
    suspectQueue(project, { run, task: 'tags', filter: {}, sort: 'rank', limit: 10, ...query }).items.map(
      (row) => labels.indexOf(row.label) + 1,
    )

  test('is worst first, and narrowed by decision, cut, component and source', () => {
    decide('keep', 0, 3)
    expect(list()).toEqual([1, 2, 3, 4, 5, 6])
    expect(list({ filter: { decision: 'undecided' } })).toEqual([2, 3, 5, 6])
    expect(list({ filter: { decision: 'keep' } })).toEqual([1, 4])
    expect(list({ filter: { flagged: true, decision: 'undecided' } })).toEqual([2, 3])
    expect(list({ filter: { component: 'bag' } })).toEqual([2, 4, 6])
    expect(list({ filter: { source: 2 } })).toEqual([5, 6])
  })

  test('is read on from a place, back from it, and around a label', () => {
    expect(list({ at: { after: 2 }, limit: 2 })).toEqual([3, 4])
    expect(list({ at: { before: 4 }, limit: 2 })).toEqual([2, 3])
    const page = suspectQueue(project, {
      run,
      task: 'tags',
      filter: {},
      sort: 'rank',
      at: { around: labels[3] },
      limit: 3,
    })
    expect(page.items.map((row) => row.rank)).toEqual([3, 4, 5])
    expect([page.before, page.after]).toEqual([true, true])
    expect(list({ at: { around: labels[0] }, limit: 3 })).toEqual([1, 2, 3])
  })

  test('is sorted by one signal, labels without it left out', () => {
    expect(list({ sort: 'meanLoss' })).toEqual([5, 3, 1])
    expect(list({ sort: 'meanLoss', filter: { flagged: true } })).toEqual([3, 1])
  })
})

describe('the cut', () => {
  test('flags from where it is put, remembers that it was put there, and goes back to the proposal', () => {
    expect(moveSuspectCut(project, run, 'tags', 2)).toMatchObject({ flagged: 5, cut: { proposed: 4, threshold: 2 } })
    expect(countSuspects(project, run, 'tags', { flagged: true })).toBe(5)
    expect(moveSuspectCut(project, run, 'tags', 6)).toMatchObject({ flagged: 1 })
    expect(moveSuspectCut(project, run, 'tags', 'proposed')).toMatchObject({ flagged: 3, cut: { threshold: 4 } })
    expect(() => moveSuspectCut(project, run, 'shoes', 1)).toThrow(code('unknown-task'))
  })
})
