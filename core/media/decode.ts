import { decoderOf, decoding, readPictureFile, type PictureCaps } from './pictureFile.ts'

/** Upright 8-bit RGB, row-major, channels interleaved. */
export interface RgbImage {
  readonly width: number
  readonly height: number
  /** [height × width × 3] */
  readonly data: Uint8Array
}

/** Grey that stands for "no picture here": outside the image, and behind transparency. */
export const emptyGrey = 114

/**
 * Decodes a picture whole: upright after EXIF, sRGB, 16 bits scaled to 8, transparency over grey.
 * @throws MendError as `inspectImage`.
 */
export async function decodeRgb(file: string, caps: PictureCaps = {}): Promise<RgbImage> {
  const picture = await readPictureFile(file, caps)
  return decoding(picture, async () => {
    const { data, info } = await decoderOf(picture)
      .autoOrient()
      .flatten({ background: { r: emptyGrey, g: emptyGrey, b: emptyGrey } })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 3) throw new Error(`${info.channels} channels after conversion to RGB`)
    return { width: info.width, height: info.height, data }
  })
}
