import { createHash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { DepthValue, LabelValue, NormalsValue, PartsValue } from '../../dataset/label.ts'
import { notAnnotatedPart } from '../../dataset/label.ts'
import { MendError } from '../../dataset/mendError.ts'
import { normalsDefect } from '../../dataset/normals.ts'
import type { TaskSchema } from '../../dataset/task.ts'
import { decodePng, writePng } from '../../media/png.ts'
import { inFolder } from '../exportPicture.ts'
import { resolveInside } from '../sourcePaths.ts'
import { assetPath, fromDecimal, toDecimal, type StoredValue } from './layout.ts'

/** Values a pixel of a raster's asset. */
function channelsOf(kind: 'parts' | 'depth' | 'normals'): 1 | 3 {
  return kind === 'normals' ? 3 : 1
}

/** Writes an asset once (`folder` null: not at all) and answers its SHA-256; null for a raster without pixels. */
async function writeAsset(
  folder: string | null,
  value: PartsValue | DepthValue | NormalsValue,
): Promise<string | null> {
  const { width, height, data } = value
  const channels = channelsOf(value.kind)
  if (data.length !== width * height * channels) {
    throw new MendError(
      'label-invalid',
      `A ${value.kind} label has ${data.length} values for ${width}×${height} pixels`,
      'This is a defect; please report it.',
    )
  }
  if (data.length === 0) return null
  const png = writePng({ width, height, data, channels })
  const sha256 = createHash('sha256').update(png).digest('hex')
  if (folder === null) return sha256
  const file = path.join(folder, ...assetPath(sha256).split('/'))
  try {
    await inFolder(file, () => writeFile(file, png, { flag: 'wx' }))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return sha256
}

/** A label's value as it stands in a line; rasters go to `folder/assets`, or nowhere when it is null. */
export async function storeValue(folder: string | null, value: LabelValue): Promise<StoredValue> {
  switch (value.kind) {
    case 'attributes':
      return { kind: value.kind, values: [...value.values] }
    case 'identity':
      return { kind: value.kind, identity: value.identity, camera: value.camera }
    case 'keypoints':
      return { kind: value.kind, joints: value.joints.map(({ x, y, v }) => [toDecimal(x), toDecimal(y), v]) }
    case 'vector':
      return { kind: value.kind, values: Array.from(value.values, toDecimal) }
    case 'parts':
    case 'normals': {
      const { kind, left, top, width, height } = value
      return { kind, left, top, width, height, asset: await writeAsset(folder, value) }
    }
    case 'depth': {
      const { kind, left, top, width, height } = value
      const asset = await writeAsset(folder, value)
      return { kind, left, top, width, height, scale: toDecimal(value.scale), offset: toDecimal(value.offset), asset }
    }
  }
}

function corrupt(detail: string): MendError {
  return new MendError('label-corrupt', detail, 'Write the bundle again from its project.')
}

const maxAssetBytes = 2 ** 28

async function readAsset(
  root: string,
  stored: Extract<StoredValue, { kind: 'parts' | 'depth' | 'normals' }>,
): Promise<Uint8Array | Uint16Array | null> {
  if (stored.asset === null) {
    if (stored.width * stored.height !== 0) throw corrupt(`${stored.width}×${stored.height} pixels without an asset`)
    return null
  }
  const relative = assetPath(stored.asset)
  const file = await resolveInside(root, relative)
  const info = await stat(file).catch(() => null)
  if (info?.isFile() !== true) throw corrupt(`${relative} is missing`)
  if (info.size > maxAssetBytes) throw corrupt(`${relative} has ${info.size} bytes`)
  const bytes = await readFile(file)
  if (createHash('sha256').update(bytes).digest('hex') !== stored.asset) {
    throw corrupt(`${relative} was changed: its SHA-256 is not its name`)
  }
  const image = decodePng(bytes, { name: relative })
  if (image.width !== stored.width || image.height !== stored.height || image.channels !== channelsOf(stored.kind)) {
    throw corrupt(
      `${relative} has ${image.width}×${image.height}×${image.channels} samples, not ${stored.width}×${stored.height}×${channelsOf(stored.kind)}`,
    )
  }
  return image.data
}

/**
 * The label's value behind a line's.
 * @throws MendError `label-corrupt` when it does not fit the task's schema or its asset is missing or changed.
 */
export async function restoreValue(root: string, stored: StoredValue, schema: TaskSchema): Promise<LabelValue> {
  const expectLength = (found: number, expected: number): void => {
    if (found !== expected) throw corrupt(`${found} ${stored.kind} values where the task has ${expected}`)
  }
  switch (stored.kind) {
    case 'identity':
      return expectKind(stored, schema.kind)
    case 'attributes':
      if (schema.kind === 'attributes') expectLength(stored.values.length, schema.attributes.length)
      return expectKind(stored, schema.kind)
    case 'keypoints':
      expectKind(stored, schema.kind)
      if (schema.kind === 'keypoints') expectLength(stored.joints.length, schema.joints.length)
      return {
        kind: 'keypoints',
        joints: stored.joints.map(([x, y, v]) => ({ x: fromDecimal(x), y: fromDecimal(y), v })),
      }
    case 'vector':
      expectKind(stored, schema.kind)
      if (schema.kind === 'vector') expectLength(stored.values.length, schema.components.length)
      return { kind: 'vector', values: Float32Array.from(stored.values, fromDecimal) }
    case 'parts':
      return restoreParts(root, expectKind(stored, schema.kind), schema)
    case 'depth':
      return restoreDepth(root, expectKind(stored, schema.kind))
    case 'normals':
      return restoreNormals(root, expectKind(stored, schema.kind))
  }
}

function expectKind<T extends StoredValue>(stored: T, kind: TaskSchema['kind']): T {
  if (stored.kind !== kind) throw corrupt(`a ${stored.kind} value in a ${kind} task`)
  return stored
}

async function restoreParts(
  root: string,
  stored: Extract<StoredValue, { kind: 'parts' }>,
  schema: TaskSchema,
): Promise<PartsValue> {
  const data = (await readAsset(root, stored)) ?? new Uint8Array(0)
  if (!(data instanceof Uint8Array)) throw corrupt('a mask of 16 bits')
  const parts = schema.kind === 'parts' ? schema.parts.length : 0
  const beyond = data.find((part) => part >= parts && part !== notAnnotatedPart)
  if (beyond !== undefined) throw corrupt(`part ${beyond} where the task has ${parts}`)
  const { left, top, width, height } = stored
  return { kind: 'parts', left, top, width, height, data }
}

async function restoreNormals(root: string, stored: Extract<StoredValue, { kind: 'normals' }>): Promise<NormalsValue> {
  const data = (await readAsset(root, stored)) ?? new Uint16Array(0)
  if (!(data instanceof Uint16Array)) throw corrupt('normals of 8 bits')
  const defect = normalsDefect({ data })
  if (defect !== null) throw corrupt(defect)
  const { left, top, width, height } = stored
  return { kind: 'normals', left, top, width, height, data }
}

async function restoreDepth(root: string, stored: Extract<StoredValue, { kind: 'depth' }>): Promise<DepthValue> {
  const data = (await readAsset(root, stored)) ?? new Uint16Array(0)
  if (!(data instanceof Uint16Array)) throw corrupt('a depth map of 8 bits')
  const { left, top, width, height } = stored
  const [scale, offset] = [fromDecimal(stored.scale), fromDecimal(stored.offset)]
  return { kind: 'depth', left, top, width, height, scale, offset, data }
}
