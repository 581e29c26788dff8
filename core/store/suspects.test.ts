import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createProject, type Project } from './project.ts'
import type { NewSuspect } from './suspects.ts'

/** Enough that indexes are made anew. */
const many = 20_000

let root: string
let project: Project
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mend-suspects-'))
  project = createProject(path.join(root, 'many.mend'))
  project.transaction(({ connection }) =>
    connection.script(`
      INSERT INTO run (id, kind, status, created_at, updated_at, configuration) VALUES (1, 'train', 'done', '', '', '{}');
      INSERT INTO task (id, name, kind, schema) VALUES (1, 'hats', 'attributes', '{"kind":"attributes","attributes":["hat"]}');
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${many})
      INSERT INTO image (id, sha256, dhash, width, height, path, copied) SELECT i, randomblob(32), zeroblob(8), 4, 4, i, 0 FROM n;
      INSERT INTO person (id, image_id) SELECT id, id FROM image;
      INSERT INTO label (id, person_id, task_id, state, origin, current, value)
        SELECT id, id, 1, 'labelled', 'imported', 1, x'01' FROM person`),
  )
})
afterEach(() => {
  project.close()
  rmSync(root, { recursive: true, force: true })
})

/** The label with the largest id is the worst; every tenth of the ranking is beyond the cut. */
const ranking = (): NewSuspect[] =>
  Array.from({ length: many }, (_, at) => ({
    label: at + 1,
    rank: many - at,
    score: at / many,
    flagged: at >= 0.9 * many,
    signals: { s: at },
    why: 'why',
    component: null,
  }))
const indexes = (): string[] =>
  project.connection
    .all<{ sql: string }>("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'suspect' ORDER BY rowid")
    .map(({ sql }) => sql)

describe('a ranking of many labels', () => {
  it('is written whole, with the indexes that were there', () => {
    const before = indexes()
    expect(before.length).toBeGreaterThan(5)
    project.transaction(({ suspects }) => suspects.replace(1, 'hats', ranking()))
    expect(indexes()).toEqual(before)
    expect(project.suspects.worst({ run: 1, task: 'hats', limit: 2 }).map(({ label, rank }) => [label, rank])).toEqual([
      [many, 1],
      [many - 1, 2],
    ])
    expect(project.suspects.counts(1)).toEqual({ hats: { ranked: many, flagged: many / 10, decided: 0 } })
    expect(project.connection.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  })

  it('that replaces another keeps what was decided', () => {
    project.transaction(({ suspects }) => {
      suspects.replace(1, 'hats', ranking())
      suspects.decide(1, 7, 'keep')
      suspects.replace(1, 'hats', ranking())
    })
    expect(project.suspects.get(1, 7)?.decision).toBe('keep')
    expect(project.suspects.counts(1)['hats'].decided).toBe(1)
  })

  it('that fails leaves indexes and rows as they were', () => {
    const before = indexes()
    const broken = ranking()
    broken[many - 1] = { ...broken[many - 1], rank: Number.NaN }
    expect(() => project.transaction(({ suspects }) => suspects.replace(1, 'hats', broken))).toThrow(/NOT NULL/)
    expect(indexes()).toEqual(before)
    expect(project.suspects.counts(1)).toEqual({})
  })
})
