import { createHash } from 'node:crypto'
import { differenceHash, hashHeight, hashWidth } from './differenceHash.ts'
import { decoderOf, decoding, readPictureFile, type PictureCaps, type PictureFormat } from './pictureFile.ts'

/** What a picture is, for the store. */
export interface PictureFacts {
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string
  /** 64-bit difference hash of the upright picture. */
  readonly dHash: bigint
  /** Upright, that is after the EXIF orientation. */
  readonly width: number
  readonly height: number
  readonly format: PictureFormat
}

/**
 * Reads a picture once: content hash, perceptual hash and upright size. All of its data is decoded (JPEG at an eighth of
 * the size, which still reads every coefficient), so a truncated or damaged picture is found here and not in training.
 * @throws MendError `image-missing`, `image-format`, `file-too-large`, `image-too-large` or `image-corrupt`.
 */
export async function inspectImage(file: string, caps: PictureCaps = {}): Promise<PictureFacts> {
  const picture = await readPictureFile(file, caps)
  const sha256 = createHash('sha256').update(picture.bytes).digest('hex')
  return decoding(picture, async () => {
    const { autoOrient } = await decoderOf(picture).metadata()
    const grey = await decoderOf(picture)
      .autoOrient()
      .flatten({ background: '#808080' })
      .resize(hashWidth, hashHeight, { fit: 'fill' })
      .toColourspace('b-w')
      .raw({ depth: 'uchar' })
      .toBuffer()
    return {
      sha256,
      dHash: differenceHash(grey),
      width: autoOrient.width,
      height: autoOrient.height,
      format: picture.format,
    }
  })
}
