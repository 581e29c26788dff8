import sharp from 'sharp'
import { MendError } from '../dataset/mendError.ts'
import type { Affine, Size } from './crop.ts'
import { decodeRgb, type RgbImage } from './decode.ts'
import { inspectImage, type PictureFacts } from './inspect.ts'
import type { PictureCaps } from './pictureFile.ts'
import { makeRendition, type Rendition } from './rendition.ts'
import { makeThumbnail } from './thumbnail.ts'
import { warpRgb } from './warpRgb.ts'

/** What a worker of the pool can be asked. */
export type PictureRequest =
  | { readonly kind: 'inspect'; readonly file: string; readonly caps: PictureCaps }
  | { readonly kind: 'decode'; readonly file: string; readonly caps: PictureCaps }
  | { readonly kind: 'thumbnail'; readonly file: string; readonly side: number; readonly caps: PictureCaps }
  | { readonly kind: 'rendition'; readonly file: string; readonly rendition: Rendition; readonly caps: PictureCaps }
  | {
      readonly kind: 'crop'
      readonly file: string
      readonly caps: PictureCaps
      /** Size that the picture must have; null: any. */
      readonly expected: Size | null
      readonly affines: readonly Affine[]
      readonly width: number
      readonly height: number
    }

export interface PictureAnswers {
  readonly inspect: PictureFacts
  readonly decode: RgbImage
  readonly thumbnail: Uint8Array
  readonly rendition: Uint8Array
  /** [affines × height × width × 3] */
  readonly crop: Uint8Array
}

/** Errors cross between threads as data: a cloned error would lose its class, code and hint. */
export type PictureAnswer<K extends keyof PictureAnswers> =
  | { readonly ok: true; readonly value: PictureAnswers[K] }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly hint: string }

// One thread a worker: the pool is what spreads the work.
sharp.concurrency(1)
sharp.cache(false)

async function crop(request: Extract<PictureRequest, { kind: 'crop' }>): Promise<Uint8Array> {
  const { file, caps, expected, affines, width, height } = request
  const image = await decodeRgb(file, caps)
  if (expected !== null && (expected.width !== image.width || expected.height !== image.height)) {
    throw new MendError(
      'size-mismatch',
      `${file}: ${image.width}×${image.height} pixels where ${expected.width}×${expected.height} were imported`,
      'The picture was replaced after the import: restore it, or import the dataset again.',
    )
  }
  const size = height * width * 3
  const out = new Uint8Array(affines.length * size)
  affines.forEach((affine, i) => out.set(warpRgb(image, affine, width, height), i * size))
  return out
}

async function answer(request: PictureRequest): Promise<PictureAnswers[keyof PictureAnswers]> {
  switch (request.kind) {
    case 'inspect':
      return inspectImage(request.file, request.caps)
    case 'decode':
      return decodeRgb(request.file, request.caps)
    case 'thumbnail':
      return makeThumbnail(request.file, request.side, request.caps)
    case 'rendition':
      return makeRendition(request.file, request.rendition, request.caps)
    case 'crop':
      return crop(request)
  }
}

export default async function work(request: PictureRequest): Promise<PictureAnswer<keyof PictureAnswers>> {
  try {
    return { ok: true, value: await answer(request) }
  } catch (error) {
    if (!(error instanceof MendError)) throw error
    return { ok: false, code: error.code, message: error.message, hint: error.hint }
  }
}
