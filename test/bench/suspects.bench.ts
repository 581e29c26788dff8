import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { listQueue, makeSignalOrder, type SuspectFilter } from '../../core/store/suspectQueue.ts'
import { createProject, openProject, type Project } from '../../core/store/project.ts'
import type { NewSuspect } from '../../core/store/suspects.ts'
import { Random } from '../../core/synthetic/random.ts'
import { defineBenchmark, median, type BenchmarkMeasurement } from './benchmark.ts'

const people = 1_000_000
const repetitions = 15
const task = 1

/** A project of a million scored labels of one task and run, rows as `rankRun` writes them, without pictures. @returns seconds that writing the ranking took. */
function fill(project: Project, log: (message: string) => void): number {
  project.transaction(({ connection }) => {
    connection.script(`
      INSERT INTO source (id, name, format, folder, mapping, report, imported_at) VALUES (1, 'a', 'f', '', '{}', '{}', ''), (2, 'b', 'f', '', '{}', '{}', '');
      INSERT INTO run (id, kind, status, created_at, updated_at, configuration) VALUES (1, 'train', 'done', '', '', '{}');
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${people})
      INSERT INTO image (id, sha256, dhash, width, height, path, copied) SELECT i, randomblob(32), zeroblob(8), 64, 128, i || '.jpg', 0 FROM n;
      INSERT INTO person (id, image_id, x, y, width, height) SELECT id, id, 0, 0, 64, 128 FROM image;
      INSERT INTO image_source (source_id, path, image_id) SELECT 1 + id % 2, path, id FROM image;`)
    connection.script(`
      INSERT INTO task (id, name, kind, schema) VALUES (${task}, 'hats', 'attributes', '{"kind":"attributes","attributes":["hat"]}');
      INSERT INTO label (person_id, task_id, source_id, state, origin, current, value)
        SELECT id, ${task}, 1 + id % 2, 'labelled', 'imported', 1, x'01' FROM person`)
    log(`${people} people with a label each`)
  })
  const order = new Random(1, 'suspects bench').shuffle(Int32Array.from({ length: people }, (_, at) => at + 1))
  const rows = scored(order)
  const started = performance.now()
  project.transaction(({ suspects }) => suspects.replace(1, 'hats', rows))
  const seconds = (performance.now() - started) / 1000
  log(`ranking written in ${seconds.toFixed(1)} s`)
  return seconds
}

/** Label `labels[at]` has rank `at` + 1; by label, as `rankRun` has them. */
function scored(labels: Int32Array): NewSuspect[] {
  return Array.from(labels, (label, at) => {
    return {
      label,
      rank: at + 1,
      score: 10 - (20 * at) / people,
      flagged: at < 0.06 * people,
      signals: { s: 4 - (8 * at) / people, meanLoss: (label % 1000) / 1000, lastLoss: (label % 997) / 997 },
      why: 'Attribute hat does not match the picture (3.2 deviations).',
      component: `part ${at % 40}`,
      family: 'component',
      cutValue: 4 - (8 * at) / people,
    } satisfies NewSuspect
  }).sort((a, b) => a.label - b.label)
}

/** Seconds until the order of all suspects by another signal is made, as the first person who sorts by it waits. */
function orderBySignal(project: Project): number {
  const started = performance.now()
  project.transaction(({ connection }) => makeSignalOrder(connection, { run: 1, task, signal: 'meanLoss' }))
  return (performance.now() - started) / 1000
}

function measure(project: Project, filter: SuspectFilter, from = 0): number {
  const samples: number[] = []
  for (let repetition = 0; repetition <= repetitions; repetition++) {
    const started = performance.now()
    const rows = listQueue(project.connection, { run: 1, task, filter, sort: 'rank', from, limit: 100 })
    samples.push(performance.now() - started)
    if (rows.length !== 100) throw new Error(`${rows.length} rows instead of 100`)
  }
  return median(samples.slice(1))
}

export default defineBenchmark({
  name: 'suspects',
  summary: 'The 100 worst of 10⁶ scored labels, with and without filters (must: 50 ms)',
  run: async ({ log }) => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'mend-suspects-bench-'))
    const folder = path.join(root, 'bench.mend')
    try {
      const made = createProject(folder)
      const written = fill(made, log)
      made.close()
      const opened = performance.now()
      const project = openProject(folder)
      const first = performance.now()
      listQueue(project.connection, { run: 1, task, filter: {}, sort: 'rank', from: 0, limit: 100 })
      const cold = performance.now() - first
      log(`project opened in ${(first - opened).toFixed(0)} ms`)
      const row = (id: string, value: number): BenchmarkMeasurement => ({
        id,
        value,
        unit: 'ms',
        better: 'lower',
        must: 50,
        aim: 10,
      })
      const rows = [
        row('first 100, cold', cold),
        row('first 100', measure(project, {})),
        row('100 from the middle', measure(project, {}, people / 2)),
        row('100 undecided beyond the cut', measure(project, { decision: 'undecided', flagged: true })),
        row('100 of one component', measure(project, { component: 'part 7' })),
        row('100 of one source', measure(project, { source: 2 })),
        { id: 'ranking written', value: written, unit: 's', better: 'lower' as const },
        { id: 'order by another signal', value: orderBySignal(project), unit: 's', better: 'lower' as const },
      ]
      project.close()
      return rows
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  },
})
