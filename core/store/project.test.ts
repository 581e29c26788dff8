import Database from 'better-sqlite3'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { humanEdit } from '../dataset/labelOperations.ts'
import type { LabelValue } from '../dataset/label.ts'
import type { SlowQuery } from './connection.ts'
import { createProject, openProject, type Project } from './project.ts'
import { Staging } from './staging.ts'
import { newestRuns } from './newestRuns.ts'

let root: string
let project: Project
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mend-store-'))
  project = createProject(path.join(root, 'p.mend'))
})
afterEach(() => {
  project.close()
  rmSync(root, { recursive: true, force: true })
})

const code = (expected: string): unknown => expect.objectContaining({ code: expected })
const tags = (...values: (boolean | null)[]): LabelValue => ({ kind: 'attributes', values })

/** A source, a task `tags` and `people` people on images of their own, each with a label; the labels' ids. */
function fill(people: number): number[] {
  return project.transaction((writer) => {
    const source = writer.sources.insert({ name: 'a', format: 'test', folder: root, mapping: {}, report: {} })
    const task = writer.tasks.insert('tags', { kind: 'attributes', attributes: ['hat', 'bag'] }, source)
    return Array.from({ length: people }, (_, index) => {
      const image = writer.images.insert({
        sha256: (index + 1).toString(16).padStart(64, '0'),
        dHash: 0xfedcba9876543210n,
        width: 10,
        height: 20,
        file: path.join(root, `${index}.jpg`),
        split: null,
      })
      writer.images.addSource(image, { source, path: `${index}.jpg`, split: null })
      const person = writer.people.insert({ image, box: null })
      writer.people.addSource(person, { source, key: null, box: null })
      const value = tags(true, null)
      return writer.labels.insert({ person, task, source, value, state: 'labelled', origin: 'imported', current: true })
    })
  })
}

describe('opening and making projects', () => {
  test('a folder with something in it is not made a project', () => {
    expect(() => createProject(project.folder)).toThrow(code('project-exists'))
  })

  test('a folder that is none, and a file that is no database, are told apart', () => {
    expect(() => openProject(root)).toThrow(code('project-not-found'))
    mkdirSync(path.join(root, 'q.mend'))
    writeFileSync(
      path.join(root, 'q.mend', 'project.db'),
      'not a database, but long enough to have a header'.repeat(50),
    )
    expect(() => openProject(path.join(root, 'q.mend'))).toThrow(code('project-damaged'))
  })

  test('what was written is there after closing and opening', () => {
    const [label] = fill(1)
    project.close()
    project = openProject(project.folder)
    expect(project.labels.get(label)).toMatchObject({ task: 'tags', value: tags(true, null), state: 'labelled' })
    expect(project.images.get(1)).toMatchObject({ dHash: 0xfedcba9876543210n, file: path.join(root, '0.jpg') })
  })

  test('the reading handle cannot write, whatever SQL it is given', () => {
    expect(() => project.connection.all('DELETE FROM source RETURNING id')).toThrow('readonly')
  })

  test('slow statements are reported with their time', () => {
    const slow: SlowQuery[] = []
    project.close()
    project = openProject(project.folder, { onSlowQuery: (query) => slow.push(query), slowQueryMs: 0 })
    project.sources.all()
    expect(slow.some(({ sql, milliseconds }) => sql.includes('FROM source') && milliseconds > 0)).toBe(true)
  })
})

describe('transactions', () => {
  test('a failing one leaves nothing, and readers never see the half of it', () => {
    const work = (): void => {
      project.transaction((writer) => {
        writer.sources.insert({ name: 'a', format: 'test', folder: '', mapping: {}, report: {} })
        expect(project.sources.all()).toEqual([])
        throw new Error('stop')
      })
    }
    expect(work).toThrow('stop')
    expect(project.sources.all()).toEqual([])
  })
})

describe('labels', () => {
  test('only one of a person and task is current', () => {
    const [label] = fill(1)
    const another = (): number =>
      project.transaction((writer) =>
        writer.labels.insert({
          person: 1,
          task: 1,
          source: null,
          value: tags(false, false),
          state: 'labelled',
          origin: 'human',
          current: true,
        }),
      )
    expect(another).toThrow('UNIQUE')
    expect(project.labels.ofPerson(1).map(({ id }) => id)).toEqual([label])
  })

  test('an edit notes what was there, who changed it and why; reverting brings it back as a further step', () => {
    const [label] = fill(1)
    project.transaction(({ labels }) => {
      labels.apply(
        label,
        { type: 'set-attribute', index: 1, value: false, mark: humanEdit },
        { by: 'Ann', why: 'seen' },
      )
    })
    expect(project.labels.get(label)).toMatchObject({ value: tags(true, false), origin: 'human', touched: true })
    expect(project.labels.revisions(label)).toMatchObject([
      { by: 'Ann', why: 'seen', origin: 'imported', state: 'labelled', value: tags(true, null) },
    ])
    project.transaction(({ labels }) =>
      labels.revert(label, { by: 'Ben', why: 'mistake', at: '2026-01-02T03:04:05.000Z' }),
    )
    expect(project.labels.get(label)).toMatchObject({ value: tags(true, null), origin: 'imported', state: 'labelled' })
    expect(
      project.labels
        .revisions(label)
        .map(({ by, at, value }) => [by, at.slice(0, 4), value])
        .at(1),
    ).toEqual(['Ben', '2026', tags(true, false)])
  })

  test('history cannot be rewritten', () => {
    const [label] = fill(1)
    const rewrite = (): void => {
      project.transaction(({ labels, connection }) => {
        labels.apply(
          label,
          { type: 'set-state', mark: { state: 'verified', origin: 'imported' } },
          { by: 'x', why: '' },
        )
        connection.run("UPDATE label_revision SET author = 'y'")
      })
    }
    expect(rewrite).toThrow('append-only')
    expect(project.labels.get(label)?.state).toBe('labelled')
  })

  test('a large value lies in a file named by its content, and a damaged file is an error', () => {
    fill(1)
    // Noise does not compress by runs: 512 × 512 pixels of alternating parts need two bytes a pixel.
    const data = Uint8Array.from({ length: 512 * 512 }, (_, index) => index % 2)
    const value: LabelValue = { kind: 'parts', left: 0, top: 0, width: 512, height: 512, data }
    const label = project.transaction((writer) => {
      const task = writer.tasks.insert('parts', { kind: 'parts', parts: ['bg', 'a'], flip: [0, 1] })
      return writer.labels.insert({
        person: 1,
        task,
        source: null,
        value,
        state: 'labelled',
        origin: 'human',
        current: true,
      })
    })
    expect(project.labels.get(label)?.value).toEqual(value)
    const [prefix] = readdirSync(path.join(project.folder, 'assets'))
    const [name] = readdirSync(path.join(project.folder, 'assets', prefix))
    writeFileSync(path.join(project.folder, 'assets', prefix, name), 'changed')
    expect(() => project.labels.get(label)).toThrow(code('asset-damaged'))
  })

  test('lists come in pages that join without gaps or repeats', () => {
    const ids = fill(7)
    const seen: number[] = []
    let pages = 0
    for (let after: number | null = 0; after !== null; pages++) {
      const page = project.labels.list({ task: 'tags', state: 'labelled', after, limit: 3 })
      seen.push(...page.items.map(({ id }) => id))
      after = page.next
    }
    expect(seen).toEqual(ids)
    expect(pages).toBe(3)
    expect(project.images.list({ limit: 7 }).next).toBeNull()
  })
})

describe('lists of ten million labels', () => {
  test.each([
    ['labels of a task and state', 'FROM label WHERE task_id = 1 AND state = ? AND current = 1 AND id > 5 ORDER BY id'],
    ['candidates of a person', 'FROM label WHERE person_id = 1 ORDER BY task_id, id'],
    ['people of an image', 'FROM person WHERE image_id = 1 ORDER BY id'],
    ['suspects of a run and task', 'FROM suspect WHERE run_id = 1 AND task_id = 1 AND rank > 5 ORDER BY rank'],
    ['revisions of a label', 'FROM label_revision WHERE label_id = 1 ORDER BY id'],
    ['labels of a source', 'FROM label WHERE source_id = 1'],
  ])('%s are found by an index, in its order', (_, sql) => {
    const bound = sql.includes('?') ? ['labelled'] : []
    const steps = project.connection.all<{ detail: string }>(`EXPLAIN QUERY PLAN SELECT 1 ${sql}`, ...bound)
    expect(steps.map(({ detail }) => detail).join('; ')).toMatch(/^SEARCH \w+ USING (COVERING )?INDEX \w+ [^;]*$/)
  })
})

describe('coverage', () => {
  test('the states of a source add up to its people, and unlabelled is not negative', () => {
    const ids = fill(4)
    project.transaction(({ labels }) => {
      labels.apply(ids[0], { type: 'set-state', mark: { state: 'verified', origin: 'imported' } }, { by: 'x', why: '' })
      labels.apply(ids[1], { type: 'set-state', mark: { state: 'rejected', origin: 'imported' } }, { by: 'x', why: '' })
      const clear = { type: 'set-value', value: null, mark: { state: 'unlabelled', origin: 'human' } } as const
      labels.apply(ids[2], clear, { by: 'x', why: '' })
    })
    expect(project.coverage()).toEqual({
      images: 4,
      people: 4,
      labels: 3,
      sources: [
        {
          id: 1,
          name: 'a',
          format: 'test',
          images: 4,
          people: 4,
          tasks: { tags: { labelled: 1, unlabelled: 1, verified: 1, rejected: 1 } },
        },
      ],
    })
  })
})

describe('runs, suspects and jobs', () => {
  test('a run keeps its configuration, metrics and the bytes of each epoch', () => {
    const run = project.transaction(({ runs }) => {
      const id = runs.insert({ kind: 'train', status: 'running', configuration: { tasks: ['tags'] } })
      runs.setMetric(id, { epoch: 1, task: 'tags', name: 'loss', value: 0.5 })
      runs.setMetric(id, { epoch: 1, task: 'tags', name: 'loss', value: Number.NaN })
      runs.setLabels(id, 'tags', 1, Uint8Array.of(1, 2, 255))
      runs.update(id, { status: 'done', epoch: 1, result: { ok: true } })
      return id
    })
    expect(project.runs.get(run)).toMatchObject({
      status: 'done',
      epoch: 1,
      configuration: { tasks: ['tags'] },
      result: { ok: true },
    })
    expect(project.runs.metrics(run)).toEqual([{ epoch: 1, task: 'tags', name: 'loss', value: null }])
    expect([...(project.runs.labels(run, 'tags', 1) ?? [])]).toEqual([1, 2, 255])
    expect(newestRuns(project.connection).at(0)?.id).toBe(run)
  })

  test('ranking again keeps the decisions that were made', () => {
    const [first, second] = fill(2)
    const suspect = (label: number, rank: number) => {
      return {
        label,
        rank,
        score: 1 / rank,
        flagged: rank === 1,
        signals: { s: rank, gone: null },
        why: 'why',
        component: null,
      }
    }
    const run = project.transaction(({ runs, suspects }) => {
      const id = runs.insert({ kind: 'train', status: 'done', configuration: {} })
      suspects.replace(id, 'tags', [suspect(first, 1), suspect(second, 2)])
      return id
    })
    expect(project.suspects.worst({ run, limit: 1 })).toMatchObject([
      { label: first, task: 'tags', imagePath: '0.jpg', source: 'a', signals: { s: 1, gone: null }, decision: null },
    ])
    project.transaction(({ suspects }) => {
      expect(suspects.decide(run, second, 'keep')).toBe(true)
      expect(suspects.decide(run, 999, 'keep')).toBe(false)
      suspects.replace(run, 'tags', [suspect(second, 1), suspect(999, 2)])
    })
    expect(project.suspects.listTask({ run, task: 'tags' }).items).toMatchObject([
      { label: second, rank: 1, decision: 'keep' },
    ])
    expect(project.suspects.counts(run)).toEqual({ tags: { ranked: 1, flagged: 1, decided: 1 } })
    expect(project.suspects.newestDecision(second)).toBe('keep')
  })

  test('a job changes only in what is named', () => {
    const job = project.transaction(({ jobs }) => {
      const id = jobs.insert({ kind: 'import', status: 'running', parameters: { source: 'x' } })
      jobs.update(id, { progress: { done: 3 } })
      jobs.update(id, { status: 'done' })
      return id
    })
    expect(project.jobs.get(job)).toMatchObject({
      status: 'done',
      parameters: { source: 'x' },
      progress: { done: 3 },
      result: null,
    })
    expect(project.jobs.withStatus('running')).toEqual([])
  })
})

describe('what a crash leaves behind', () => {
  test('a staging file whose process is gone is swept, one that is in use stays', () => {
    const live = new Staging(project.stagingFolder)
    const dead = path.join(project.stagingFolder, 'import-dead.db')
    const database = new Database(dead)
    database.exec('CREATE TABLE record (id INTEGER)')
    database.close()
    const orphan = project.assets.write(Uint8Array.of(1, 2, 3))
    openProject(project.folder).close()
    expect(readdirSync(project.stagingFolder)).toEqual([path.basename(live.file)])
    expect(() => project.assets.read(orphan)).toThrow(code('asset-missing'))
    live.discard()
    expect(readdirSync(project.stagingFolder)).toEqual([])
  })
})
