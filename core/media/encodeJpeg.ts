import sharp from 'sharp'
import type { Size } from './crop.ts'

/** JPEG of 8-bit RGB pixels, [height × width × 3]. */
export function encodeJpeg(data: Uint8Array, { width, height }: Size): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 82 })
    .toBuffer()
}
