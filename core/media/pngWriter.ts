import { crc32, deflateSync } from 'node:zlib'
import { MendError } from '../dataset/mendError.ts'

export interface PngInput {
  readonly width: number
  readonly height: number
  /** Row-major samples, channels interleaved; Uint16Array is written with 16 bits. */
  readonly data: Uint8Array | Uint16Array
  /** 1 grey or palette index (default), 2 grey and alpha, 3 RGB, 4 RGBA. */
  readonly channels?: 1 | 2 | 3 | 4
  /** RGB triples, at most 256; makes an indexed image of one channel. */
  readonly palette?: Uint8Array
  /** Bits a sample; default 16 for Uint16Array, else 8. Fewer than 8 only with one channel. */
  readonly bits?: 1 | 2 | 4 | 8 | 16
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const colorTypeOfChannels = { 1: 0, 2: 4, 3: 2, 4: 6 } as const

function chunk(type: string, body: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + body.length)
  out.writeUInt32BE(body.length, 0)
  out.write(type, 4, 'latin1')
  out.set(body, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length)
  return out
}

function refuse(why: string): MendError {
  return new MendError(
    'png-invalid',
    `Cannot write this PNG: ${why}`,
    'This is a defect of the caller; please report it.',
  )
}

function check(image: PngInput, channels: number, bits: number): void {
  const { width, height, data, palette } = image
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw refuse(`size ${width}×${height}`)
  }
  if (data.length !== width * height * channels)
    throw refuse(`${data.length} samples for ${width}×${height}×${channels}`)
  if (bits < 8 && channels !== 1) throw refuse(`${channels} channels with ${bits} bits`)
  if ((bits === 16) !== data instanceof Uint16Array) throw refuse(`${bits} bits from a ${data.constructor.name}`)
  let limit = 2 ** bits
  if (palette !== undefined) {
    limit = palette.length / 3
    if (channels !== 1 || bits === 16 || !Number.isInteger(limit) || limit < 1 || limit > 2 ** bits) {
      throw refuse(`palette of ${palette.length} bytes with ${channels} channels of ${bits} bits`)
    }
  }
  const beyond = data.findIndex((sample: number) => sample >= limit)
  if (beyond >= 0) throw refuse(`sample ${data[beyond]} where ${limit} values are possible`)
}

/** Rows with their filter byte: none for indices and small samples, `up` elsewhere (halves smooth 16-bit maps). */
function filteredRows(image: PngInput, channels: number, bits: number): Uint8Array {
  const { width, height, data } = image
  const length = Math.ceil((width * channels * bits) / 8)
  const plain = new Uint8Array(height * length)
  if (bits === 8) plain.set(data)
  else if (bits === 16) {
    for (let i = 0; i < data.length; i++) {
      plain[2 * i] = data[i] >> 8
      plain[2 * i + 1] = data[i] & 255
    }
  } else {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const bit = x * bits
        plain[y * length + (bit >> 3)] |= data[y * width + x] << (8 - bits - (bit & 7))
      }
    }
  }
  const up = image.palette === undefined && bits >= 8
  const rows = new Uint8Array(height * (length + 1))
  for (let y = 0; y < height; y++) {
    const to = y * (length + 1)
    rows[to] = up ? 2 : 0
    for (let i = 0; i < length; i++) {
      rows[to + 1 + i] = plain[y * length + i] - (up && y > 0 ? plain[(y - 1) * length + i] : 0)
    }
  }
  return rows
}

/**
 * Encodes a PNG whose samples are exactly the ones given; deterministic.
 * @throws MendError `png-invalid` where samples, palette, bits and size do not fit together.
 */
export function writePng(image: PngInput): Buffer {
  const channels = image.channels ?? 1
  const bits = image.bits ?? (image.data instanceof Uint16Array ? 16 : 8)
  check(image, channels, bits)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(image.width, 0)
  header.writeUInt32BE(image.height, 4)
  header[8] = bits
  header[9] = image.palette === undefined ? colorTypeOfChannels[channels] : 3
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    ...(image.palette === undefined ? [] : [chunk('PLTE', image.palette)]),
    chunk('IDAT', deflateSync(filteredRows(image, channels, bits), { level: 6 })),
    chunk('IEND', new Uint8Array(0)),
  ])
}
