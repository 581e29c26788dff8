import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { bulkResult, undoBulkResult, type BulkOperation } from '../api/browse.ts'
import type { JobEvent, JobProgress } from '../api/job.ts'
import { applyBulkInThread } from '../jobs/bulkInThread.ts'
import { beginBulk, partSize, writePart } from '../store/bulkActions.ts'
import { manyPeople } from '../store/browse/manyPeople.ts'
import { openProject, type Project } from '../store/project.ts'
import { openInProcessClient, type InProcessClient } from './inProcessClient.ts'

/** Several parts of work, each with its progress. */
const people = 1500
const root = mkdtempSync(path.join(tmpdir(), 'mend-bulk-'))
const folder = path.join(root, 'p.mend')
const untouched = path.join(root, 'untouched.mend')
let service: InProcessClient
beforeAll(() => manyPeople(untouched, people))
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeEach(() => {
  cpSync(untouched, folder, { recursive: true })
  service = openInProcessClient()
})
afterEach(async () => {
  await service.close()
  rmSync(folder, { recursive: true, force: true })
})

const selection = { type: 'filter', filter: { text: '', values: {}, ranges: {} }, except: [] } as const
const input = (operation: BulkOperation) => ({
  project: folder,
  selection: { ...selection, except: [...selection.except] },
  operation,
})

/** Labels by state, and revisions, as the database has them. */
function counted(): Record<string, number> {
  const project = openProject(folder)
  try {
    const states = project.connection.all<{ state: string; count: number }>(
      "SELECT state, count(*) AS count FROM label GROUP BY state UNION ALL SELECT 'revisions', count(*) FROM label_revision",
    )
    return Object.fromEntries(states.map(({ state, count }) => [state, count]))
  } finally {
    project.close()
  }
}

function everybody(project: Project): number[] {
  return project.connection.all<{ id: number }>('SELECT id FROM person').map(({ id }) => id)
}

async function watch(job: string): Promise<JobEvent[]> {
  const events: JobEvent[] = []
  for await (const event of await service.client.jobs.watch({ job })) events.push(event)
  return events
}

describe('an action on many people as a job', () => {
  test('counts what is done, and one undo, a job too, takes all of it back', async () => {
    const { job } = await service.client.browse.startBulk(input({ type: 'verify' }))
    const events = await watch(job)
    const progress = events.flatMap((event) => (event.type === 'progress' ? [event.progress] : []))
    expect(progress.length).toBeGreaterThan(0)
    expect(progress.every(({ total, unit }) => total === people && unit === 'people')).toBe(true)
    const end = events.at(-1)
    const { action, title, changed } = bulkResult.parse(end?.type === 'done' ? end.result : null)
    expect([title, changed]).toEqual(['Verified 1500 labels', people])
    expect(counted()).toEqual({ verified: people, revisions: people })

    const undone = await watch((await service.client.browse.startUndo({ project: folder, action: action ?? 0 })).job)
    const undoEnd = undone.at(-1)
    expect(undoBulkResult.parse(undoEnd?.type === 'done' ? undoEnd.result : null)).toMatchObject({
      restored: people,
      skipped: 0,
    })
    expect(counted()).toEqual({ labelled: people, revisions: 2 * people })
    const [listed] = await service.client.browse.actions({ project: folder })
    expect(listed.undoneAt).not.toBeNull()
  })

  test('leaves nothing behind when it is cancelled on its way', async () => {
    const project = openProject(folder)
    const cancel = new AbortController()
    const stages = new Set<string>()
    const progress = ({ stage }: JobProgress): void => {
      stages.add(stage)
      cancel.abort()
    }
    try {
      const job = { ...{ progress, notice: vi.fn(), setControls: vi.fn() }, signal: cancel.signal }
      const work = { people: everybody(project), change: { type: 'reject' } } as const
      await expect(applyBulkInThread(project, work, 'Ada', job)).rejects.toMatchObject({
        code: 'cancelled',
        hint: 'nothing was changed',
      })
      expect([...stages]).toEqual(['changed', 'took back'])
    } finally {
      project.close()
    }
    expect(counted()).toEqual({ labelled: people, revisions: 0 })
    expect(await service.client.browse.actions({ project: folder })).toEqual([])
  })

  test('brings many deleted people back', async () => {
    const deleted = await watch((await service.client.browse.startBulk(input({ type: 'delete' }))).job)
    expect(deleted.at(-1)).toMatchObject({ type: 'done', result: { changed: people } })
    expect(counted()).toEqual({ revisions: 0 })
    const { job } = await service.client.browse.startUndo({ project: folder })
    expect((await watch(job)).at(-1)).toMatchObject({ type: 'done', result: { restored: people, skipped: 0 } })
    expect(counted()).toEqual({ labelled: people, revisions: 0 })
  })

  test('lets a change that somebody makes meanwhile go before its next part', async () => {
    const project = openProject(folder)
    const written = (): number => project.connection.one<{ n: number }>('SELECT count(*) AS n FROM bulk_change').n
    const waited: number[] = []
    const progress = vi.fn(({ done }: JobProgress) => {
      if (done === people) return
      const before = written()
      project.transaction((writer) => {
        const { n } = writer.connection.one<{ n: number }>('SELECT count(*) AS n FROM bulk_change')
        waited.push(n - before)
        writer.connection.run('UPDATE image SET split = ? WHERE id = 1', `${done}`.length % 2 ? 'val' : 'test')
      })
    })
    const job = { ...{ progress, notice: vi.fn(), setControls: vi.fn() }, signal: new AbortController().signal }
    try {
      const work = { people: everybody(project), change: { type: 'verify' } } as const
      const outcome = await applyBulkInThread(project, work, 'Ada', job)
      expect(outcome.changed).toBe(people)
      expect(waited.length).toBeGreaterThan(0)
      // The part that was being written, and one that began before the change was asked for.
      expect(Math.max(...waited)).toBeLessThanOrEqual(2 * partSize)
    } finally {
      project.close()
    }
  })

  test('of a process that was killed is given up by who opens the project next', async () => {
    const project = openProject(folder)
    // A number that no process has.
    const killed = 2 ** 22 + 1
    project.transaction(({ connection }) => {
      const work = beginBulk(connection, { type: 'reject' }, 'Ada', killed)
      writePart(connection, work, [1, 2, 3], 0)
    })
    project.close()
    expect(counted()).toEqual({ labelled: people - 3, rejected: 3, revisions: 3 })
    await service.client.browse.actions({ project: folder })
    const [{ id, kind }] = await service.client.jobs.list({})
    expect(kind).toBe('change-people')
    expect((await watch(id)).at(-1)).toMatchObject({ type: 'done' })
    expect(counted()).toEqual({ labelled: people, revisions: 0 })
    expect(await service.client.browse.actions({ project: folder })).toEqual([])
  })

  test('says which task is missing', async () => {
    const { job } = await service.client.browse.startBulk(input({ type: 'verify', tasks: ['gone'] }))
    expect((await watch(job)).at(-1)).toMatchObject({ type: 'failed', error: { code: 'unknown-task' } })
  })
})
