import type { Readable } from 'node:stream'
import { cropWindow } from '../../dataset/cropWindow.ts'
import { MendError } from '../../dataset/mendError.ts'
import { decoderOf, decoding, readPictureFile, type PictureFormat } from '../../media/pictureFile.ts'
import { PicturePool } from '../../media/pool.ts'
import type { Rendition } from '../../media/rendition.ts'
import { ThumbnailStore } from '../../media/thumbnails.ts'
import type { Image } from '../../store/images.ts'
import type { Project } from '../../store/project.ts'
import type { OpenProjects } from '../openProjects.ts'

export interface MediaRequest {
  /** Folder of the project, resolved from the client's reference by the HTTP layer. */
  readonly projectFolder: string
  /** Decoded segments of the address after `/media/PROJECT/`: none is empty, `.` or `..`, none holds a slash or a null byte. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
  readonly headers: MediaRequestHeaders
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
}

export interface MediaRequestHeaders {
  readonly ifNoneMatch: string | null
}

export interface MediaResponse {
  readonly status: number
  /** Content type, ETag, cache control; the HTTP layer adds the security headers. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | Readable
}

/** Sides that renditions are kept in: a client cannot fill the disk by asking for every size. */
const keptSides: readonly number[] = [96, 160, 256, 384, 640, 1024]
const defaultSide = 256
const largestMargin = 1

// Idle threads end by themselves and do not keep the process alive.
let pool: PicturePool | null = null
const stores = new WeakMap<Project, ThumbnailStore>()

function storeOf(project: Project): ThumbnailStore {
  const known = stores.get(project)
  if (known !== undefined) return known
  pool ??= new PicturePool()
  const store = new ThumbnailStore(project.thumbsFolder, pool)
  stores.set(project, store)
  return store
}

/** Ends the threads that make renditions; the next request starts new ones. */
export async function closeMedia(): Promise<void> {
  const closing = pool
  pool = null
  await closing?.close()
}

/**
 * Pictures by database id, never by path:
 * - `people/ID/crop?size=…&margin=…&aspect=…`: JPEG of `cropWindow` of the person's box;
 * - `images/ID/thumb?size=…`: JPEG of the whole picture;
 * - `images/ID/full`: the picture itself, upright.
 * `v=…` (anything) marks an address whose picture never changes. A picture that cannot be read answers with its error as JSON.
 * @returns null where there is no such picture (404).
 */
export async function handleMedia(request: MediaRequest, projects: OpenProjects): Promise<MediaResponse | null> {
  const [kind, id, what, ...rest] = request.parts
  if (rest.length > 0 || !/^[1-9]\d{0,14}$/.test(id ?? '')) return null
  const project = projects.get(request.projectFolder)
  try {
    if (kind === 'people' && what === 'crop') return await crop(project, Number(id), request)
    if (kind === 'images' && what === 'thumb') return await thumb(project, Number(id), request)
    if (kind === 'images' && what === 'full') return await full(project, Number(id), request)
  } catch (error) {
    if (request.signal.aborted) return null
    if (!(error instanceof MendError)) throw error
    return failure(error)
  }
  return null
}

async function crop(project: Project, id: number, request: MediaRequest): Promise<MediaResponse | null> {
  const person = project.people.get(id)
  const image = person && project.images.get(person.image)
  if (person === undefined || image === undefined) return null
  const margin = Math.min(largestMargin, Math.max(0, numberIn(request.query, 'margin') ?? 0))
  const aspect = numberIn(request.query, 'aspect')
  const shape = { margin, aspect: aspect === null ? null : Math.min(10, Math.max(0.1, aspect)) }
  return rendition(project, image, cropWindow(person.box, image, shape), request)
}

async function thumb(project: Project, id: number, request: MediaRequest): Promise<MediaResponse | null> {
  const image = project.images.get(id)
  if (image === undefined) return null
  return rendition(project, image, { left: 0, top: 0, width: image.width, height: image.height }, request)
}

async function rendition(
  project: Project,
  image: Image,
  window: Rendition['window'],
  request: MediaRequest,
): Promise<MediaResponse> {
  const asked = numberIn(request.query, 'size') ?? defaultSide
  const side = keptSides.find((kept) => kept >= asked) ?? keptSides[keptSides.length - 1]
  const wanted: Rendition = { window, imageWidth: image.width, imageHeight: image.height, side }
  const store = storeOf(project)
  const headers = cacheHeaders(store.nameOf(image, wanted), request.query.has('v'))
  if (matches(request.headers.ifNoneMatch, headers.ETag)) return { status: 304, headers, body: Buffer.alloc(0) }
  const { bytes } = await store.get(image, wanted, request.signal)
  return { status: 200, headers: { ...headers, ...contentHeaders('jpeg', bytes.length) }, body: bytes }
}

async function full(project: Project, id: number, request: MediaRequest): Promise<MediaResponse | null> {
  const image = project.images.get(id)
  if (image === undefined) return null
  const headers = cacheHeaders(image.sha256, true)
  if (matches(request.headers.ifNoneMatch, headers.ETag)) return { status: 304, headers, body: Buffer.alloc(0) }
  const picture = await readPictureFile(image.file)
  const { orientation } = await decoding(picture, () => decoderOf(picture).metadata())
  // Browsers turn JPEG by its EXIF, other formats not reliably; TIFF they do not show at all.
  const shown =
    picture.format !== 'tiff' && (picture.format === 'jpeg' || orientation === undefined || orientation === 1)
  if (shown) {
    const body = picture.bytes
    return { status: 200, headers: { ...headers, ...contentHeaders(picture.format, body.length) }, body }
  }
  const { width, height } = image
  const whole = { window: { left: 0, top: 0, width, height }, imageWidth: width, imageHeight: height }
  const side = Math.max(width, height)
  const { bytes } = await storeOf(project).get(image, { ...whole, side }, request.signal)
  return { status: 200, headers: { ...headers, ...contentHeaders('jpeg', bytes.length) }, body: bytes }
}

function cacheHeaders(name: string, immutable: boolean): { readonly ETag: string; readonly 'Cache-Control': string } {
  return {
    ETag: `"${name}"`,
    'Cache-Control': immutable ? 'private, max-age=31536000, immutable' : 'private, no-cache',
  }
}

function contentHeaders(format: PictureFormat, length: number): Record<string, string> {
  return { 'Content-Type': `image/${format}`, 'Content-Length': String(length) }
}

function matches(ifNoneMatch: string | null, etag: string): boolean {
  return ifNoneMatch?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag) ?? false
}

function numberIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name)
  if (text === null || text.trim() === '') return null
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}

function failure({ code, message, hint }: MendError): MediaResponse {
  const body = Buffer.from(JSON.stringify({ code, message, hint }))
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': String(body.length),
    'Cache-Control': 'no-store',
  }
  return { status: code === 'image-missing' ? 404 : 422, headers, body }
}
