import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { visibility, type Joint, type Split } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import type { SourceRecord, SourceSchema } from '../dataset/record.ts'
import type { KeypointsSchema } from '../dataset/task.ts'
import type { Detection, ReadOptions, SourceFormat } from './format.ts'
import { readMat } from './mat/readMat.ts'
import { matNumber, matNumeric, type MatNumeric } from './mat/values.ts'
import { resolveInside } from './sourcePaths.ts'

/**
 * Leeds Sports Pose (Johnson & Everingham, BMVC 2010: `joints` 3×14×2000) and its extended training set (CVPR 2011:
 * 14×3×10000). Their third values are opposites: the original's is 1 where the joint is occluded (its place is given all
 * the same), the extended set's is 1 where the joint is visible (elsewhere the coordinates are junk).
 */
const format = 'leeds-sports-pose'
const jointsFile = 'joints.mat'
const imagesFolder = 'images'
const maxImages = 1e6

const schema: KeypointsSchema = {
  kind: 'keypoints',
  joints: [
    'right ankle',
    'right knee',
    'right hip',
    'left hip',
    'left knee',
    'left ankle',
    'right wrist',
    'right elbow',
    'right shoulder',
    'left shoulder',
    'left elbow',
    'left wrist',
    'neck',
    'head top',
  ],
  edges: [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 5],
    [6, 7],
    [7, 8],
    [8, 12],
    [12, 9],
    [9, 10],
    [10, 11],
    [12, 13],
    [8, 2],
    [9, 3],
  ],
  flip: [5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6, 12, 13],
}
const jointCount = schema.joints.length

interface Joints {
  readonly value: MatNumeric
  readonly extended: boolean
  readonly images: number
}

async function readJoints(source: string): Promise<Joints> {
  const file = await resolveInside(source, jointsFile)
  const variables = await readMat(file, { maxBytes: 2 ** 29, maxValues: 1000 }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    throw new MendError('file-missing', `${file}: not there`, 'Copy joints.mat of the dataset beside images/.', {
      cause: error,
    })
  })
  const value = matNumeric(variables.get('joints'), file, 'joints')
  const [first, second] = value.dims
  // A file of one image has lost its third dimension: MATLAB drops trailing ones.
  const images = value.dims[2] ?? 1
  const extended = first === jointCount && second === 3
  if ((!extended && !(first === 3 && second === jointCount)) || value.dims.length > 3 || images > maxImages) {
    throw new MendError(
      'mat-unexpected',
      `${file}: joints should be 3×14×N (LSP) or 14×3×N (LSP-extended), found ${value.dims.join('×')}`,
      'Check that this is the joints.mat of Leeds Sports Pose.',
    )
  }
  return { value, extended, images }
}

const absent: Joint = { x: 0, y: 0, v: visibility.absent }

/**
 * One image's joints. Coordinates are kept as published, also where they lie outside the picture. A joint whose numbers
 * are not finite counts as absent.
 */
function jointsOf({ value, extended }: Joints, image: number): readonly Joint[] {
  return schema.joints.map((_, joint) => {
    const [x, y, flag] = [0, 1, 2].map((c) =>
      extended ? matNumber(value, joint, c, image) : matNumber(value, c, joint, image),
    )
    if (!Number.isFinite(x) || !Number.isFinite(y)) return absent
    if (extended) return flag > 0.5 ? { x, y, v: visibility.visible } : absent
    return { x, y, v: flag > 0.5 ? visibility.hidden : visibility.visible }
  })
}

/** Image number → file name, for `im0001.jpg`, `im00001.jpg` and the like. */
async function imageNames(source: string): Promise<Map<number, string>> {
  const folder = await resolveInside(source, imagesFolder)
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new MendError('file-missing', `${folder}: cannot be listed`, 'Copy the images of the dataset there.', {
      cause,
    })
  })
  const found = new Map<number, string>()
  for (const name of names.sort()) {
    const match = /^im(\d{1,8})\.(?:jpe?g|png)$/i.exec(name)
    if (match !== null && !found.has(Number(match[1]))) found.set(Number(match[1]), name)
  }
  return found
}

/** The original's published split: 1–1000 for training, the rest for tests. The extended set has none. */
function splitOf(number: number, { extended, images }: Joints): Split | null {
  if (extended || images !== 2000) return null
  return number <= 1000 ? 'train' : 'test'
}

async function detect(source: string): Promise<Detection | null> {
  const [joints, images] = await Promise.all([
    stat(path.join(source, jointsFile)).catch(() => null),
    stat(path.join(source, imagesFolder)).catch(() => null),
  ])
  if (joints?.isFile() !== true || images?.isDirectory() !== true) return null
  try {
    const { value } = await readJoints(source)
    return {
      format,
      confidence: 0.98,
      reason: `joints.mat holds ${value.dims.join('×')} numbers, and there is images/`,
    }
  } catch {
    return { format, confidence: 0.2, reason: 'there are joints.mat and images/, but joints.mat is not as published' }
  }
}

async function describe(source: string): Promise<SourceSchema> {
  const { images } = await readJoints(source)
  return { format, tasks: { keypoints: schema }, tagLists: {}, images }
}

async function* read(source: string, options: ReadOptions = {}): AsyncGenerator<SourceRecord> {
  const [joints, names] = await Promise.all([readJoints(source), imageNames(source)])
  const digits = joints.extended ? 5 : 4
  let images = 0
  for (let number = 1; number <= joints.images; number++) {
    if (options.limit !== undefined && images >= options.limit) return
    options.signal?.throwIfAborted()
    const name = names.get(number)
    if (name === undefined) {
      const where = `${imagesFolder}/im${String(number).padStart(digits, '0')}.jpg`
      yield { type: 'skipped', reason: 'image-missing', where, detail: 'joints.mat lists it, but it is not there.' }
      continue
    }
    const file = `${imagesFolder}/${name}`
    try {
      await resolveInside(source, file)
    } catch (error) {
      if (!(error instanceof MendError)) throw error
      yield { type: 'skipped', reason: error.code, where: file, detail: error.message }
      continue
    }
    images++
    const label = { kind: 'keypoints', joints: jointsOf(joints, number - 1) } as const
    const people = [{ key: String(number), box: null, labels: { keypoints: label } }]
    yield { type: 'image', path: file, size: null, split: splitOf(number, joints), people }
  }
}

export const leedsSportsPose: SourceFormat = { name: format, title: 'Leeds Sports Pose', detect, describe, read }
