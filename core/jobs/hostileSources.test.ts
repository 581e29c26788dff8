import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseDecisions } from '../cli/decisionFile.ts'
import { parseMapping } from '../dataset/mapping.ts'
import { MendError } from '../dataset/mendError.ts'
import { parseLabelMap } from '../formats/labelMap.ts'
import { byteNumbers, doubles, texts } from '../formats/mat/matFixture.ts'
import { decodeMat } from '../formats/mat/readMat.ts'
import { decodePng } from '../media/png.ts'
import { PicturePool } from '../media/pool.ts'
import { createProject, type Project } from '../store/project.ts'
import { Random } from '../synthetic/random.ts'
import { readSafetensors, writeSafetensors, type StoredArray } from '../training/checkpoints/safetensors.ts'
import { applyImport } from './applyImport.ts'
import { exportProject } from './exportProject.ts'
import { spoilBytes, spoilJson } from './hostileMutations.ts'
import { pictureSize, standing, writeCoco, writeIndexed, writePicture } from './importFixtures.ts'
import { discardPlan } from './importPlan.ts'
import { planImport, proposeImport } from './importSource.ts'

/** Spoilt copies of each file; many more are tried by hand with MEND_HOSTILE_SEEDS=2000. */
const seeds = Number(process.env.MEND_HOSTILE_SEEDS ?? 5)
/** The first of them, to go on from where an earlier try by hand ended. */
const firstSeed = Number(process.env.MEND_HOSTILE_FIRST ?? 1)
const cpuLimitMs = 1000
const growthLimitMb = 200

let root: string
let project: Project
const pool = new PicturePool(1)
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'mend-hostile-'))
  project = createProject(path.join(root, 'p.mend'))
})
afterAll(async () => {
  project.close()
  await pool.close()
  await rm(root, { recursive: true, force: true })
})

const box = { x: 0, y: 0, width: 32, height: 30 }

/** COCO with all that an annotation may have: joints, attributes, polygons, runs in both forms, a crowd. */
async function writeFullCoco(folder: string): Promise<string> {
  await writeCoco(folder, [
    { seed: 1, people: [{ box, joints: standing(12, 12), attributes: { hat: true } }] },
    { seed: 2, people: [{ box, joints: standing(15, 12) }, { box: { ...box, width: 10 } }] },
  ])
  const file = path.join(folder, 'annotations.json')
  const content = JSON.parse(await readFile(file, 'utf8')) as Record<'categories' | 'annotations', object[]>
  content.categories.push({ id: 2, name: 'coat' }, { id: 3, name: 'left shoe' })
  const size = [pictureSize.height, pictureSize.width]
  const pixels = pictureSize.height * pictureSize.width
  const part = { image_id: 1, iscrowd: 0, bbox: [2, 3, 10, 12] }
  content.annotations.push(
    { ...part, id: 11, category_id: 2, segmentation: [[2, 3, 12, 3, 12, 15, 2, 15]] },
    { ...part, id: 12, category_id: 3, segmentation: { size, counts: [100, 50, pixels - 150] } },
    { ...part, id: 13, category_id: 2, segmentation: { size, counts: '4a0Xo0' } },
    { ...part, id: 14, category_id: 1, iscrowd: 1, segmentation: { size, counts: [10, 5, pixels - 15] } },
  )
  await writeFile(file, JSON.stringify(content))
  return folder
}

async function writeLeeds(folder: string): Promise<string> {
  for (const n of [1, 2]) await writePicture(path.join(folder, 'images', `im0000${n}.png`), n)
  const values = Array.from({ length: 14 * 3 * 2 }, (_, at) => at % 30)
  await writeFile(path.join(folder, 'joints.mat'), doubles('joints', [14, 3, 2], values))
  return folder
}

async function writeClothing(folder: string): Promise<string> {
  for (const at of ['annotations/pixel-level', 'annotations/image-level']) {
    await mkdir(path.join(folder, at), { recursive: true })
  }
  for (const n of [1, 2]) await writePicture(path.join(folder, 'photos', `000${n}.png`), n)
  const { width, height } = pictureSize
  const labels = Array.from({ length: width * height }, (_, at) => at % 3)
  await writeFile(path.join(folder, 'label_list.mat'), texts('label_list', ['null', 'hat', 'shoes']))
  await writeFile(
    path.join(folder, 'annotations/pixel-level/0001.mat'),
    byteNumbers('groundtruth', [height, width], labels),
  )
  await writeFile(path.join(folder, 'annotations/image-level/0002.mat'), byteNumbers('tags', [1, 2], [1, 2]))
  return folder
}

async function writeBundle(folder: string): Promise<string> {
  const filled = createProject(`${folder}.mend`)
  try {
    const coco = await writeFullCoco(`${folder}-coco`)
    const indexed = await writeIndexed(`${folder}-indexed`, [2, 3], ['background', 'coat'])
    for (const source of [coco, indexed]) await applyImport(await planImport(filled, source, { pool }))
    await exportProject(filled, 'mend-bundle', folder)
  } finally {
    filled.close()
  }
  return folder
}

/** Everything that a project's tables hold. */
function contents(of: Project): unknown {
  const tables = ['source', 'image', 'image_source', 'person', 'person_source', 'task', 'label', 'label_revision']
  return tables.map((table) => of.connection.all(`SELECT * FROM ${table}`))
}

/** What the action does beyond what it may: another error than MendError, more than a second of work, much memory. */
async function faultOf(action: () => unknown): Promise<string | null> {
  const [before, rss] = [process.cpuUsage(), process.memoryUsage.rss()]
  try {
    await action()
  } catch (error) {
    if (!(error instanceof MendError)) return error instanceof Error ? (error.stack ?? error.message) : String(error)
    if (error.hint === '' || error.message === '') return `${error.code} says too little`
  }
  const { user, system } = process.cpuUsage(before)
  const ms = (user + system) / 1000
  const grownMb = (process.memoryUsage.rss() - rss) / 2 ** 20
  if (ms > cpuLimitMs) return `took ${ms.toFixed(0)} ms of work`
  return grownMb > growthLimitMb ? `grew by ${grownMb.toFixed(0)} MB` : null
}

/** Plans the import of the folder; what can be planned is imported into a project of its own and read back. */
async function importInto(folder: string, format: string | undefined, apart: string): Promise<void> {
  const plan = await planImport(project, folder, { pool, ...(format !== undefined && { format }) })
  discardPlan(plan)
  const taken = createProject(apart)
  try {
    await applyImport(await planImport(taken, folder, { pool, format: plan.summary.format }))
    for (const { id } of taken.people.list().items) taken.labels.currentOf(id)
  } finally {
    taken.close()
    await rm(apart, { recursive: true, force: true })
  }
}

const spoil = (random: Random, name: string, bytes: Buffer): Buffer =>
  /json/.test(name) && random.chance(0.8) ? spoilLines(random, bytes.toString('utf8')) : spoilBytes(random, bytes)

/** A file may be one JSON document or one a line. */
function spoilLines(random: Random, text: string): Buffer {
  const lines = text.split('\n')
  const at = random.integer(Math.max(1, lines.length - 1))
  return Buffer.concat(
    lines.map((line, n) => Buffer.concat([n === at ? spoilJson(random, line) : Buffer.from(line), Buffer.from('\n')])),
  )
}

describe('a source with spoilt files', { timeout: 6_000_000 }, () => {
  test.each([
    ['coco', writeFullCoco],
    ['leeds-sports-pose', writeLeeds],
    ['clothing-co-parsing', writeClothing],
    ['indexed-png', (folder: string) => writeIndexed(folder, [1, 2], ['background', 'coat'])],
    ['mend-bundle', writeBundle],
  ])('%s is refused or read without what is spoilt, soon, and the project stays as it was', async (format, write) => {
    const folder = await write(path.join(root, format))
    const apart = path.join(root, `${format}-apart.mend`)
    expect(await faultOf(() => importInto(folder, undefined, apart))).toBeNull()
    const before = contents(project)
    const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
    const faults: string[] = []
    // Files of labels have most to go wrong; every second turn is theirs.
    const labels = names.filter((name) => !/images|photos|\/labels\//.test(name))
    for (let seed = firstSeed; seed < firstSeed + seeds * 2; seed++) {
      const random = new Random(seed, format)
      const name = random.pick(seed % 2 === 0 ? names : labels)
      const whole = await readFile(name)
      await writeFile(name, spoil(random, name, whole))
      const fault = await faultOf(() => importInto(folder, seed % 3 === 0 ? undefined : format, apart))
      if (fault !== null) faults.push(`seed ${seed}, ${path.relative(folder, name)}: ${fault}`)
      await writeFile(name, whole)
      expect(contents(project)).toEqual(before)
    }
    expect(faults).toEqual([])
    expect(await readdir(project.stagingFolder)).toEqual([])
  })
})

interface Reader {
  readonly name: string
  readonly whole: () => Promise<Buffer>
  /** Throws MendError, or gives what can be used. */
  readonly read: (bytes: Buffer) => unknown
  readonly spoil: (random: Random, bytes: Buffer) => Buffer
}

/** A header that is JSON behind its length, spoilt as such or, with the arrays behind it, as bytes. */
function spoilTensors(random: Random, bytes: Buffer): Buffer {
  if (random.chance(0.4)) return spoilBytes(random, bytes)
  const length = Number(bytes.readBigUInt64LE(0))
  const header = spoilJson(random, bytes.toString('utf8', 8, 8 + length))
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([size, header, bytes.subarray(8 + length)])
}

const spoilText = (random: Random, bytes: Buffer): Buffer =>
  random.chance(0.3) ? spoilBytes(random, bytes) : spoilJson(random, bytes.toString('utf8'))

const readers: readonly Reader[] = [
  {
    name: 'a MAT file',
    whole: () => Promise.resolve(texts('label_list', ['null', 'hat', 'shoes'])),
    read: (bytes) => decodeMat(bytes, { maxBytes: 2 ** 22 }),
    spoil: spoilBytes,
  },
  {
    name: 'a PNG',
    whole: async () => {
      await writePicture(path.join(root, 'a.png'), 5)
      return readFile(path.join(root, 'a.png'))
    },
    read: (bytes) => decodePng(bytes, { maxPixels: 2 ** 20 }),
    spoil: spoilBytes,
  },
  {
    name: 'a file of decisions',
    whole: () =>
      Promise.resolve(Buffer.from('label,decision,reason\n1,keep,"looks, ""right"""\n2,reject,\n3,skip,x\n')),
    read: (bytes) => {
      for (const { label } of parseDecisions(bytes.toString('utf8'), 'decisions.csv')) {
        expect(Number.isSafeInteger(label)).toBe(true)
      }
    },
    spoil: spoilBytes,
  },
  {
    name: 'a checkpoint',
    whole: () => {
      const file = path.join(root, 'whole.safetensors')
      const tensors = new Map<string, StoredArray>([
        ['weights/a', Float32Array.of(1, 2, 3)],
        ['b', Int32Array.of(7)],
      ])
      writeSafetensors(file, { metadata: { snapshot: 's', epoch: '1' }, tensors })
      return readFile(file)
    },
    read: async (bytes) => {
      const file = path.join(root, 'spoilt.safetensors')
      await writeFile(file, bytes)
      const { metadata, tensors } = readSafetensors(file)
      for (const [, values] of tensors) expect(values.byteLength).toBeLessThanOrEqual(bytes.length)
      for (const text of Object.values(metadata)) expect(typeof text).toBe('string')
    },
    spoil: spoilTensors,
  },
  {
    name: 'a label map',
    whole: () => Promise.resolve(Buffer.from('{"parts":["background","left arm","right arm"],"notAnnotated":[7,255]}')),
    read: (bytes) => parseLabelMap(bytes.toString('utf8'), 'labelMap.json'),
    spoil: spoilText,
  },
  {
    name: 'a mapping',
    whole: async () => {
      const folder = await writeFullCoco(path.join(root, 'mapped'))
      return Buffer.from(JSON.stringify((await proposeImport(project, folder)).mapping))
    },
    // A file that is not JSON is the command line's to refuse.
    read: (bytes) => parseMapping(JSON.parse(bytes.toString('utf8'))),
    spoil: (random, bytes) => spoilJson(random, bytes.toString('utf8')),
  },
]

describe('spoilt bytes', { timeout: 6_000_000 }, () => {
  test.each(readers)('of $name are refused by name, soon', async ({ name, whole, read, spoil }) => {
    const bytes = await whole()
    expect(await faultOf(() => read(bytes))).toBeNull()
    const faults: string[] = []
    for (let seed = firstSeed; seed < firstSeed + seeds * 20; seed++) {
      const fault = await faultOf(() => read(spoil(new Random(seed, name), bytes)))
      if (fault !== null) faults.push(`seed ${seed}: ${fault}`)
    }
    expect(faults).toEqual([])
  })
})
