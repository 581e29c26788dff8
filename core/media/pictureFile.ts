import { open } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'
import { MendError } from '../dataset/mendError.ts'

export interface PictureCaps {
  /** Largest width × height that is decoded; default 2^27: 12,000 × 9,000 fits. */
  readonly maxPixels?: number
  /** Largest file in bytes; default 2^28. */
  readonly maxBytes?: number
}

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif'

/** A picture's bytes, known to be of a raster format that is decoded here. */
export interface PictureFile {
  readonly file: string
  readonly bytes: Buffer
  readonly format: PictureFormat
  readonly maxPixels: number
}

/**
 * The format by its first bytes. The decoder is handed nothing else: it would also read SVG and PDF, which can refer to
 * other files.
 */
function formatOf(bytes: Buffer): PictureFormat | null {
  const starts = (hex: string): boolean => bytes.subarray(0, hex.length / 2).toString('hex') === hex
  if (starts('ffd8ff')) return 'jpeg'
  if (starts('89504e470d0a1a0a')) return 'png'
  if (starts('474946383761') || starts('474946383961')) return 'gif'
  if (starts('49492a00') || starts('4d4d002a')) return 'tiff'
  if (starts('52494646') && bytes.toString('latin1', 8, 12) === 'WEBP') return 'webp'
  if (bytes.toString('latin1', 4, 8) === 'ftyp' && /^avi[fs]$/.test(bytes.toString('latin1', 8, 12))) return 'avif'
  return null
}

/** @throws MendError `image-missing`, `file-too-large` or `image-format`. */
export async function readPictureFile(file: string, caps: PictureCaps = {}): Promise<PictureFile> {
  const maxBytes = caps.maxBytes ?? 2 ** 28
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new MendError(
      'image-missing',
      `${file}: cannot be opened`,
      'Put the picture back, or remove it from the data.',
      {
        cause,
      },
    )
  })
  try {
    const found = await handle.stat()
    if (!found.isFile() || found.size > maxBytes) {
      const what = found.isFile() ? `${found.size} bytes; at most ${maxBytes} are read` : 'not a file'
      throw new MendError('file-too-large', `${file}: ${what}`, 'Scale the picture down, or leave it out.')
    }
    const bytes = await handle.readFile()
    const format = formatOf(bytes)
    if (format === null) {
      throw new MendError(
        'image-format',
        `${file}: not a JPEG, PNG, WebP, GIF, TIFF or AVIF picture`,
        'Convert it to one of these formats, or leave it out.',
      )
    }
    return { file, bytes, format, maxPixels: caps.maxPixels ?? 2 ** 27 }
  } finally {
    await handle.close()
  }
}

// A progressive JPEG can hold thousands of scans of the same pixels, each decoded in full.
const maxSeconds = 60

/**
 * A decoder of the picture that fails on truncated and damaged data, before pixels beyond the cap are decoded, and when
 * decoding takes longer than any real picture does.
 */
export function decoderOf(picture: PictureFile): Sharp {
  const options = { limitInputPixels: picture.maxPixels, failOn: 'error', sequentialRead: true } as const
  return sharp(picture.bytes, options).timeout({ seconds: maxSeconds })
}

/** Runs a decoder, its errors told as MendError `image-corrupt` or `image-too-large` with the file's name. */
export async function decoding<T>(picture: PictureFile, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ').trim()
    if (reason.includes('exceeds pixel limit')) {
      throw new MendError(
        'image-too-large',
        `${picture.file}: more than ${picture.maxPixels} pixels`,
        'Scale the picture down before importing it.',
        { cause },
      )
    }
    throw new MendError(
      'image-corrupt',
      `${picture.file}: the picture cannot be decoded: ${reason}`,
      'Download the picture again, or leave it out of the dataset.',
      { cause },
    )
  }
}
