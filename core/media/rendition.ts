import { MendError } from '../dataset/mendError.ts'
import type { PixelWindow } from '../dataset/cropWindow.ts'
import { emptyGrey } from './decode.ts'
import { decoderOf, decoding, readPictureFile, type PictureCaps } from './pictureFile.ts'

/** A part of a picture made small enough to look at. */
export interface Rendition {
  /** In pixels of the upright picture. */
  readonly window: PixelWindow
  /** Upright size of the picture as it was imported. */
  readonly imageWidth: number
  readonly imageHeight: number
  /** The longer side is at most this; pictures are never enlarged. */
  readonly side: number
}

const jpegQuality = 84

/**
 * The window as an upright sRGB JPEG, transparency over grey, metadata stripped.
 * @throws MendError as `inspectImage`, and `size-mismatch` where the picture is no longer of the imported size.
 */
export async function makeRendition(file: string, rendition: Rendition, caps: PictureCaps = {}): Promise<Buffer> {
  const { window, imageWidth, imageHeight, side } = rendition
  const picture = await readPictureFile(file, caps)
  return decoding(picture, async () => {
    const { autoOrient } = await decoderOf(picture).metadata()
    if (autoOrient.width !== imageWidth || autoOrient.height !== imageHeight) {
      throw new MendError(
        'size-mismatch',
        `${file}: ${autoOrient.width}×${autoOrient.height} pixels where ${imageWidth}×${imageHeight} were imported`,
        'The picture was replaced after the import: restore it, or import the dataset again.',
      )
    }
    const scale = Math.min(1, side / Math.max(window.width, window.height))
    const upright = decoderOf(picture).autoOrient()
    // Scaled first and cut then: a JPEG is decoded at an eighth to a half of its size where that is enough.
    if (scale < 1) {
      const [width, height] = [scaled(imageWidth, scale), scaled(imageHeight, scale)]
      upright.resize(width, height, { fit: 'fill' })
      upright.extract(scaledWindow(window, scale, width, height))
    } else if (window.width < imageWidth || window.height < imageHeight) upright.extract(window)
    return upright
      .flatten({ background: { r: emptyGrey, g: emptyGrey, b: emptyGrey } })
      .toColourspace('srgb')
      .jpeg({ quality: jpegQuality })
      .toBuffer()
  })
}

function scaled(length: number, scale: number): number {
  return Math.max(1, Math.round(length * scale))
}

function scaledWindow(window: PixelWindow, scale: number, width: number, height: number): PixelWindow {
  const left = Math.min(width - 1, Math.round(window.left * scale))
  const top = Math.min(height - 1, Math.round(window.top * scale))
  return {
    left,
    top,
    width: Math.max(1, Math.min(width - left, scaled(window.width, scale))),
    height: Math.max(1, Math.min(height - top, scaled(window.height, scale))),
  }
}
