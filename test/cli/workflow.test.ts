import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditResult } from '../../core/api/training.ts'
import type { Suspect } from '../../core/api/suspects.ts'
import { openProject } from '../../core/store/project.ts'
import { locateTensorflow } from '../../core/tensor/engines/tensorflowLibrary.ts'
import { events, mend } from './mend.ts'

const home = process.cwd()
let folder = ''
const size = ['--size', '64x32', '--epochs', '2']

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mend-flow-'))
  process.chdir(folder)
  await mend('synth', 'p.mend', '--profile', 'full', '--people', '80', '--seed', '3', '--size', '64x32')
})
afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true, force: true })
})

async function suspects(...args: string[]): Promise<Suspect[]> {
  return JSON.parse((await mend('suspects', 'p.mend', '--json', ...args)).stdout) as Suspect[]
}

describe.skipIf(!locateTensorflow().available)('from training to decisions', () => {
  it('trains with epoch events and a result, ranks every training label, and lists the run', async () => {
    const trained = events(await mend('train', 'p.mend', '--tasks', 'keypoints,vector', ...size, '--json'))
    const epochs = trained.filter((event) => event['event'] === 'epoch')
    expect(epochs.map((event) => event['epoch'])).toEqual([1, 2])
    const fields = ['epoch', 'epochs', 'event', 'imagesPerSecond', 'losses', 'metrics', 'rssMb', 'tensors', 'waitShare']
    expect(Object.keys(epochs[0]).sort()).toEqual(['distributions', ...fields])
    expect(trained.at(-1)).toMatchObject({ event: 'done', run: 1, epoch: 2 })
    const [run] = JSON.parse((await mend('runs', 'p.mend', '--json')).stdout) as { state: string; tasks: string[] }[]
    expect(run).toMatchObject({ run: 1, state: 'done', tasks: ['keypoints', 'vector'], epoch: 2, size: '64x32' })
    const ranked = await suspects('--task', 'vector', '--top', '1000')
    const project = openProject('p.mend')
    const training = project.images.list().items.filter((image) => image.split === 'train').length
    project.close()
    expect(ranked.map((suspect) => suspect.rank)).toEqual(Array.from({ length: training }, (_, at) => at + 1))
    const suspectFields = ['component', 'decision', 'flagged', 'image', 'label', 'person', 'rank', 'score', 'signals']
    expect(Object.keys(ranked[0]).sort()).toEqual([...suspectFields, 'task', 'why'])
    expect(ranked[0].why).not.toBe('')
    expect(ranked[0].score).toBeGreaterThanOrEqual(ranked[1].score)
    expect(Object.keys(ranked[0].signals)).toContain('meanLoss')
  }, 120_000)

  it('applies decisions as revisions, all or none', async () => {
    const [a, b, c, d] = await suspects('--task', 'keypoints')
    const lines = [`${a.label},reject,wrong side`, `${b.label},keep`, `${c.label},accept-prediction`, `${d.label},skip`]
    writeFileSync('bad.csv', [...lines, '999999,keep'].join('\n'))
    expect(await mend('decide', 'p.mend', '--file', 'bad.csv')).toMatchObject({ status: 1 })
    expect((await suspects('--task', 'keypoints')).every((suspect) => suspect.decision === null)).toBe(true)
    writeFileSync('good.csv', ['label,decision,reason', ...lines].join('\n'))
    const decided = JSON.parse(
      (await mend('decide', 'p.mend', '--file', 'good.csv', '--by', 'me', '--json')).stdout,
    ) as object
    expect(decided).toMatchObject({ run: 1, keep: 1, reject: 1, acceptPrediction: 1, skip: 1, revisions: 3 })
    const after = await suspects('--task', 'keypoints', '--top', '4')
    expect(after.map((suspect) => suspect.decision)).toEqual(['reject', 'keep', 'accept-prediction', 'skip'])
    const project = openProject('p.mend')
    try {
      expect(project.labels.get(a.label)?.state).toBe('rejected')
      expect(project.labels.revisions(a.label)).toMatchObject([{ by: 'me', why: 'wrong side', state: 'labelled' }])
      expect(project.labels.get(b.label)).toMatchObject({ state: 'verified', origin: 'imported' })
      const [label, before] = [project.labels.get(c.label), project.labels.revisions(c.label)[0].value]
      expect(label).toMatchObject({ state: 'verified', origin: 'model' })
      if (label?.value?.kind !== 'keypoints' || before?.kind !== 'keypoints') throw new Error('not keypoints')
      expect(label.value.joints.map((joint) => joint.v)).toEqual(before.joints.map((joint) => joint.v))
      // A prediction lies in the picture, as the crop does, but for the margin around it.
      for (const { x, y, v } of label.value.joints)
        if (v === 1 || v === 2) expect(Math.hypot(x - 16, y - 32)).toBeLessThan(60)
      expect(project.labels.revisions(d.label)).toEqual([])
    } finally {
      project.close()
    }
  })

  it('audits several tasks and kinds and leaves the project as it was', async () => {
    const before = (await mend('coverage', 'p.mend', '--json')).stdout
    const args = ['--tasks', 'parts,vector', '--kind', 'parts=relabel,vector=uniform', '--noise', '0.25', '--json']
    const audit = events(await mend('audit', 'p.mend', ...args, ...size)).at(-1) as unknown as AuditResult
    expect(audit).toMatchObject({ event: 'done', model: 'tiny', size: '64x32', epochs: 2 })
    expect(Object.keys(audit.tasks)).toEqual(['parts', 'vector'])
    const { parts, vector } = audit.tasks
    expect(parts.planted).toBe(Math.round(0.25 * audit.people))
    expect([parts.kind, vector.kind]).toEqual(['relabel', 'uniform'])
    for (const task of [parts, vector]) {
      expect(Object.keys(task.detection)).toEqual(['ilt', 'meanLoss', 'lastLoss', 'combined'])
      expect(task.signals['combined']).toEqual({
        auroc: task.auroc,
        averagePrecision: task.averagePrecision,
        detection: task.detection.combined,
      })
    }
    expect(vector.auroc).toBeGreaterThan(0.8)
    expect((await mend('coverage', 'p.mend', '--json')).stdout).toBe(before)
    const planted = JSON.parse(
      readFileSync(join('p.mend', 'runs', String(audit.run), 'planted.json'), 'utf8'),
    ) as object[]
    expect(planted).toMatchObject([{ task: 'parts', kind: 'relabel' }, { task: 'vector' }])
    expect((await mend('suspects', 'p.mend', '--run', String(audit.run), '--json')).stdout).toBe('[]\n')
    expect(await mend('train', 'p.mend', '--resume', String(audit.run))).toMatchObject({ status: 1 })
  }, 120_000)

  it('writes one page of suspects', async () => {
    const made = JSON.parse(
      (await mend('suspects', 'p.mend', '--top', '6', '--html', 's.html', '--json')).stdout,
    ) as object
    expect(made).toMatchObject({ entries: 6 })
    expect(existsSync('s.html')).toBe(true)
    const page = readFileSync('s.html', 'utf8')
    expect(page.match(/src="https?:|href="https?:/g)).toBeNull()
    for (const suspect of await suspects('--top', '6')) expect(page).toContain(suspect.image)
  })
})
