import { rename, rm, writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { MendError } from '../../dataset/mendError.ts'
import { componentNames } from '../../dataset/task.ts'
import { suspectArticle, type ArticlePictures } from './article.ts'
import type { Picture, SuspectEntry } from './entry.ts'
import { suspectsPage, type PageArticle } from './page.ts'
import { depthOverlay, depthRange, maskOverlay, normalsOverlay } from './rasters.ts'

export interface SuspectsPageOptions {
  readonly title: string
  /** Worst first. Read one at a time: memory holds one crop and the finished HTML. */
  readonly entries: Iterable<SuspectEntry> | AsyncIterable<SuspectEntry>
  /** File to write; replaced at once when the page is complete. */
  readonly out: string
  readonly signal?: AbortSignal
}

export interface SuspectsPageReport {
  readonly out: string
  readonly entries: number
  readonly bytes: number
}

/**
 * One self-contained HTML page of suspects: 200 entries stay below 10 MB, each having 28 KB for its pictures. Throws
 * `suspects-page-entry` when an entry's arrays do not fit its schema and size, `suspects-page-write` when the file cannot
 * be written.
 */
export async function writeSuspectsPage(options: SuspectsPageOptions): Promise<SuspectsPageReport> {
  const articles: PageArticle[] = []
  for await (const entry of options.entries) {
    options.signal?.throwIfAborted()
    checkEntry(entry)
    articles.push({ task: entry.task, html: suspectArticle(entry, await pictures(entry)) })
  }
  const html = suspectsPage(options.title, articles)
  const partial = `${options.out}.${process.pid}.part`
  try {
    await writeFile(partial, html)
    await rename(partial, options.out)
  } catch (cause) {
    await rm(partial, { force: true })
    throw new MendError(
      'suspects-page-write',
      `cannot write ${options.out}: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Name a file in a folder that exists and can be written to.',
      { cause },
    )
  }
  return { out: options.out, entries: articles.length, bytes: Buffer.byteLength(html) }
}

const cropBytes = 16_000
const overlayBytes = 6_000

async function pictures(entry: SuspectEntry): Promise<ArticlePictures> {
  const { rows } = entry
  const size = entry.frame ?? entry.crop
  const crop = await encodeCrop(entry.crop)
  if (rows.kind === 'parts') {
    return {
      crop,
      given: await encodeOverlay(maskOverlay(rows.given), size),
      predicted: rows.predicted && (await encodeOverlay(maskOverlay(rows.predicted), size)),
      range: null,
    }
  }
  if (rows.kind === 'normals') {
    return {
      crop,
      given: await encodeOverlay(normalsOverlay(rows.given), size),
      predicted: rows.predicted && (await encodeOverlay(normalsOverlay(rows.predicted), size)),
      range: null,
    }
  }
  if (rows.kind === 'depth') {
    const range = depthRange(rows.given, ...(rows.predicted === null ? [] : [rows.predicted]))
    if (range === null) return { crop, given: null, predicted: null, range }
    return {
      crop,
      given: await encodeOverlay(depthOverlay(rows.given, range), size),
      predicted: rows.predicted && (await encodeOverlay(depthOverlay(rows.predicted, range), size)),
      range,
    }
  }
  return { crop, given: null, predicted: null, range: null }
}

/** WebP of at most 16 KB: coarser, then smaller, until it fits. */
async function encodeCrop({ width, height, rgb }: Picture): Promise<string> {
  let encoded = Buffer.alloc(0)
  for (const [side, quality] of [
    [560, 80],
    [560, 62],
    [400, 62],
    [280, 50],
    [160, 40],
  ]) {
    encoded = await sharp(rgb, { raw: { width, height, channels: 3 } })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality })
      .toBuffer()
    if (encoded.length <= cropBytes) break
  }
  return dataAddress(encoded)
}

/** Lossless WebP where it is small (masks mostly are), else lossy and smaller until it has at most 6 KB. */
async function encodeOverlay(rgba: Uint8Array, size: { width: number; height: number }): Promise<string> {
  const picture = sharp(rgba, { raw: { width: size.width, height: size.height, channels: 4 } })
  let encoded = await picture.clone().webp({ lossless: true, effort: 4 }).toBuffer()
  for (const side of [560, 256, 128, 64]) {
    if (encoded.length <= overlayBytes) break
    encoded = await picture
      .clone()
      .resize(side, side, { fit: 'inside', withoutEnlargement: true, kernel: 'nearest' })
      .webp({ quality: 65 })
      .toBuffer()
  }
  return dataAddress(encoded)
}

function dataAddress(webp: Buffer): string {
  return `data:image/webp;base64,${webp.toString('base64')}`
}

const largestSide = 8192

function checkEntry(entry: SuspectEntry): void {
  const { crop, rows } = entry
  const frame = entry.frame ?? crop
  const pixels = frame.width * frame.height
  const components = componentNames(rows.schema).length
  const wanted = {
    attributes: components,
    keypoints: 3 * components,
    parts: pixels,
    depth: pixels,
    normals: 3 * pixels,
    vector: rows.kind === 'vector' ? rows.schema.components.length : 0,
    identity: 2,
  }[rows.kind]
  const sides = [crop.width, crop.height, frame.width, frame.height]
  const wrong = sides.some((side) => !Number.isInteger(side) || side < 1 || side > largestSide)
    ? `sizes ${sides.join(' × ')}`
    : crop.rgb.length !== crop.width * crop.height * 3
      ? `a crop of ${crop.rgb.length} bytes for ${crop.width}×${crop.height}`
      : rows.given.length !== wanted || (rows.predicted !== null && rows.predicted.length !== wanted)
        ? `${rows.given.length} given and ${rows.predicted?.length ?? 'no'} predicted values where ${wanted} were expected`
        : null
  if (wrong === null) return
  throw new MendError(
    'suspects-page-entry',
    `label ${entry.labelId} of ${entry.task}: ${wrong}`,
    'Labels and predictions must come from the snapshot that the run was trained on.',
  )
}
