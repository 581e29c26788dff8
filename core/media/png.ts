import { crc32, inflateSync } from 'node:zlib'
import { MendError } from '../dataset/mendError.ts'
import { readCapped } from './readCapped.ts'

/**
 * PNG with exact samples: palette indices stay indices and 16 bits stay 16 bits, which picture libraries do not give.
 * After the PNG specification, third edition (W3C).
 */
export interface PngImage {
  readonly width: number
  readonly height: number
  /** Samples a pixel: 1 grey or palette index, 2 grey and alpha, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 2 | 3 | 4
  /** Bits a sample as stored. Samples of 1, 2 and 4 bits are unpacked to bytes and not rescaled. */
  readonly depth: 1 | 2 | 4 | 8 | 16
  /** Row-major, channels interleaved; Uint16Array for 16 bits. */
  readonly data: Uint8Array | Uint16Array
  /** RGB triples of an indexed image, else null. */
  readonly palette: Uint8Array | null
}

export interface ReadPngOptions {
  /** Largest width × height that is decoded; default 2^27: 12,000 × 9,000 fits. */
  readonly maxPixels?: number
  /** Largest file in bytes; default 2^28. */
  readonly maxBytes?: number
  /** How errors call the image, when it is given as bytes. */
  readonly name?: string
}

export { writePng, type PngInput } from './pngWriter.ts'

export const defaultMaxPixels = 2 ** 27
const defaultMaxBytes = 2 ** 28
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const channelsOfColorType: Readonly<Record<number, 1 | 2 | 3 | 4>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const depthsOfColorType: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

interface Header {
  readonly width: number
  readonly height: number
  readonly depth: 1 | 2 | 4 | 8 | 16
  readonly colorType: number
  readonly channels: 1 | 2 | 3 | 4
  readonly interlaced: boolean
}

function corrupt(name: string, found: string, options?: ErrorOptions): MendError {
  return new MendError(
    'png-corrupt',
    `${name}: not a readable PNG: ${found}`,
    'Export the picture again, or leave it out of the dataset.',
    options,
  )
}

function isDepth(value: number): value is Header['depth'] {
  return value === 1 || value === 2 || value === 4 || value === 8 || value === 16
}

function readHeader(body: Buffer, name: string, maxPixels: number): Header {
  if (body.length !== 13) throw corrupt(name, `IHDR of ${body.length} bytes instead of 13`)
  const width = body.readUInt32BE(0)
  const height = body.readUInt32BE(4)
  const depth = body[8]
  const colorType = body[9]
  const channels = channelsOfColorType[colorType]
  if (width === 0 || height === 0) throw corrupt(name, `size ${width}×${height}`)
  if (width * height > maxPixels) {
    throw new MendError(
      'image-too-large',
      `${name}: the PNG claims ${width}×${height} pixels; at most ${maxPixels} pixels are read`,
      'Scale the picture down before importing it.',
    )
  }
  if (channels === undefined || !isDepth(depth) || !depthsOfColorType[colorType].includes(depth)) {
    throw corrupt(name, `colour type ${colorType} with ${depth} bits`)
  }
  if (body[10] !== 0 || body[11] !== 0 || body[12] > 1) {
    throw corrupt(name, `compression ${body[10]}, filter ${body[11]}, interlace ${body[12]}`)
  }
  return { width, height, depth, colorType, channels, interlaced: body[12] === 1 }
}

interface Chunks {
  readonly header: Header
  readonly palette: Uint8Array | null
  readonly compressed: Buffer
}

function readPalette(body: Buffer, header: Header, name: string): Uint8Array {
  const entries = body.length / 3
  if (!Number.isInteger(entries) || entries < 1 || entries > 1 << Math.min(8, header.depth)) {
    throw corrupt(name, `palette of ${body.length} bytes`)
  }
  return Uint8Array.from(body)
}

function readChunks(bytes: Buffer, name: string, maxPixels: number): Chunks {
  if (bytes.length < 8 || !bytes.subarray(0, 8).equals(signature)) throw corrupt(name, 'the signature is missing')
  let header: Header | null = null
  let palette: Uint8Array | null = null
  const parts: Buffer[] = []
  for (let at = 8; ;) {
    if (at + 12 > bytes.length) throw corrupt(name, `the file ends at byte ${bytes.length}, before IEND`)
    const length = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    const end = at + 8 + length
    if (end + 4 > bytes.length)
      throw corrupt(name, `chunk at byte ${at} claims ${length} bytes past the end of the file`)
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) {
      throw corrupt(name, `the checksum of the chunk at byte ${at} is wrong`)
    }
    const body = bytes.subarray(at + 8, end)
    if (header === null) {
      if (type !== 'IHDR') throw corrupt(name, 'IHDR is not the first chunk')
      header = readHeader(body, name, maxPixels)
    } else if (type === 'PLTE' && header.colorType === 3) palette = readPalette(body, header, name)
    else if (type === 'IDAT') parts.push(body)
    else if (type === 'IEND') {
      if (header.colorType === 3 && palette === null) throw corrupt(name, 'an indexed image without palette')
      return { header, palette, compressed: Buffer.concat(parts) }
    }
    at = end + 4
  }
}

interface Pass {
  readonly x: number
  readonly y: number
  readonly dx: number
  readonly dy: number
  readonly width: number
  readonly height: number
}

/** The one pass of a plain image or the seven of Adam7, without the empty ones. */
function passesOf(header: Header): readonly Pass[] {
  const steps = header.interlaced
    ? [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
      ]
    : [[0, 0, 1, 1]]
  return steps
    .map(([x, y, dx, dy]) => ({
      x,
      y,
      dx,
      dy,
      width: Math.ceil((header.width - x) / dx),
      height: Math.ceil((header.height - y) / dy),
    }))
    .filter((pass) => pass.width > 0 && pass.height > 0)
}

const rowBytes = (width: number, header: Header): number => Math.ceil((width * header.channels * header.depth) / 8)

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft
  const toLeft = Math.abs(estimate - left)
  const toUp = Math.abs(estimate - up)
  const toUpLeft = Math.abs(estimate - upLeft)
  if (toLeft <= toUp && toLeft <= toUpLeft) return left
  return toUp <= toUpLeft ? up : upLeft
}

/** Undoes the filter of one row in place; `row` and `previous` exclude the filter byte, `step` is bytes a pixel. */
function unfilterRow(filter: number, row: Uint8Array, previous: Uint8Array | null, step: number): boolean {
  switch (filter) {
    case 0:
      return true
    case 1:
      for (let i = step; i < row.length; i++) row[i] += row[i - step]
      return true
    case 2:
      if (previous !== null) for (let i = 0; i < row.length; i++) row[i] += previous[i]
      return true
    case 3:
      for (let i = 0; i < row.length; i++) {
        row[i] += ((i < step ? 0 : row[i - step]) + (previous === null ? 0 : previous[i])) >> 1
      }
      return true
    case 4:
      for (let i = 0; i < row.length; i++) {
        const left = i < step ? 0 : row[i - step]
        const up = previous === null ? 0 : previous[i]
        row[i] += paeth(left, up, previous === null || i < step ? 0 : previous[i - step])
      }
      return true
    default:
      return false
  }
}

function placeRow(row: Uint8Array, pass: Pass, passRow: number, header: Header, data: Uint8Array | Uint16Array): void {
  const { channels, depth } = header
  const start = ((pass.y + passRow * pass.dy) * header.width + pass.x) * channels
  const stride = pass.dx * channels
  if (depth < 8) {
    // Only one-channel images have samples of less than a byte; the leftmost sample is in the high bits.
    const mask = (1 << depth) - 1
    for (let x = 0; x < pass.width; x++) {
      const bit = x * depth
      data[start + x * stride] = (row[bit >> 3] >> (8 - depth - (bit & 7))) & mask
    }
    return
  }
  for (let x = 0; x < pass.width; x++) {
    for (let c = 0; c < channels; c++) {
      const i = x * channels + c
      data[start + x * stride + c] = depth === 8 ? row[i] : (row[2 * i] << 8) | row[2 * i + 1]
    }
  }
}

function inflateExactly(compressed: Buffer, length: number, name: string): Buffer {
  let raw: Buffer
  try {
    raw = inflateSync(compressed, { maxOutputLength: length })
  } catch (cause) {
    throw corrupt(name, `its pixel data does not inflate to ${length} bytes`, { cause })
  }
  if (raw.length !== length) throw corrupt(name, `its pixel data has ${raw.length} bytes instead of ${length}`)
  return raw
}

/**
 * Decodes a PNG held in memory (every colour type and depth, Adam7 too; transparency of palettes is not kept).
 * @throws MendError `png-corrupt`, or `image-too-large` before anything is allocated for the pixels.
 */
export function decodePng(bytes: Uint8Array, options: ReadPngOptions = {}): PngImage {
  const name = options.name ?? 'PNG'
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { header, palette, compressed } = readChunks(buffer, name, options.maxPixels ?? defaultMaxPixels)
  const passes = passesOf(header)
  const rawLength = passes.reduce((sum, pass) => sum + pass.height * (1 + rowBytes(pass.width, header)), 0)
  const raw = inflateExactly(compressed, rawLength, name)
  const samples = header.width * header.height * header.channels
  const data = header.depth === 16 ? new Uint16Array(samples) : new Uint8Array(samples)
  const step = Math.max(1, (header.channels * header.depth) >> 3)
  let at = 0
  for (const pass of passes) {
    const length = rowBytes(pass.width, header)
    let previous: Uint8Array | null = null
    for (let y = 0; y < pass.height; y++) {
      const row = raw.subarray(at + 1, at + 1 + length)
      if (!unfilterRow(raw[at], row, previous, step)) throw corrupt(name, `filter ${raw[at]} in row ${y}`)
      placeRow(row, pass, y, header, data)
      previous = row
      at += 1 + length
    }
  }
  if (palette !== null) {
    const entries = palette.length / 3
    const beyond = data.findIndex((index) => index >= entries)
    if (beyond >= 0) throw corrupt(name, `palette index ${data[beyond]} of ${entries} entries at pixel ${beyond}`)
  }
  return { width: header.width, height: header.height, channels: header.channels, depth: header.depth, data, palette }
}

/**
 * Reads a PNG from a file or from bytes.
 * @throws MendError as `decodePng`, and `file-too-large`; a file that is not there throws the system's error.
 */
export async function readPng(source: string | Uint8Array, options: ReadPngOptions = {}): Promise<PngImage> {
  if (typeof source !== 'string') return decodePng(source, options)
  const maxBytes = options.maxBytes ?? defaultMaxBytes
  const bytes = await readCapped(source, maxBytes, (size) => {
    const message = `${source}: ${size} bytes; at most ${maxBytes} are read`
    return new MendError('file-too-large', message, 'Save it smaller.')
  })
  return decodePng(bytes, { ...options, name: options.name ?? source })
}
