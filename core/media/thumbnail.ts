import { decoderOf, decoding, readPictureFile, type PictureCaps } from './pictureFile.ts'

/**
 * An upright JPEG thumbnail that fits into `side` × `side` pixels, never enlarged; metadata stripped.
 * @throws MendError as `inspectImage`.
 */
export async function makeThumbnail(file: string, side: number, caps: PictureCaps = {}): Promise<Buffer> {
  const picture = await readPictureFile(file, caps)
  return decoding(picture, () =>
    decoderOf(picture)
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 80 })
      .toBuffer(),
  )
}
