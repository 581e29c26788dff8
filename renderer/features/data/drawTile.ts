import type { BrowseRow } from '../../../core/api/browse.ts'
import type { DrawnPerson, TaskView } from '../../../core/api/labels.ts'
import { cropWindow } from '../../../core/dataset/cropWindow.ts'
import { drawPerson, type OverlayOptions } from '../../overlays/drawPerson.ts'
import { gridCrop } from '../../overlays/mediaUrls.ts'
import type { PictureState } from '../../overlays/pictureCache.ts'
import { fitTransform, placed, type Rectangle } from '../../overlays/transform.ts'

export interface TileContent {
  readonly row: BrowseRow | undefined
  readonly picture: PictureState
  readonly people: readonly DrawnPerson[]
  readonly tasks: readonly TaskView[]
}

export interface TileColours {
  readonly background: string
  readonly text: string
}

/** The part of the image that a row's picture shows. */
export function tileWindow(row: BrowseRow, unit: 'people' | 'images'): Rectangle {
  const image = { width: row.imageWidth, height: row.imageHeight }
  return unit === 'people' ? cropWindow(row.box, image, gridCrop) : { left: 0, top: 0, ...image }
}

/** Draws a tile of `width` × `height` CSS pixels: picture, labels, and a word where the picture cannot be had. */
export function drawTile(
  canvas: HTMLCanvasElement,
  { row, picture, people, tasks }: TileContent,
  unit: 'people' | 'images',
  { width, height, ratio }: { readonly width: number; readonly height: number; readonly ratio: number },
  overlay: OverlayOptions | null,
  colours: TileColours,
): void {
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across
    canvas.height = down
  }
  const context = canvas.getContext('2d', { alpha: false })
  if (context === null) return
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.fillStyle = colours.background
  context.fillRect(0, 0, width, height)
  if (row === undefined) return
  const transform = fitTransform(tileWindow(row, unit), { left: 0, top: 0, width, height })
  if (picture instanceof ImageBitmap) {
    const target = placed(tileWindow(row, unit), transform)
    context.imageSmoothingQuality = 'medium'
    context.drawImage(picture, target.left, target.top, target.width, target.height)
  } else if (picture !== undefined) {
    context.fillStyle = colours.text
    context.font = '11px sans-serif'
    context.textAlign = 'center'
    context.fillText('no picture', width / 2, height / 2)
    context.textAlign = 'start'
  }
  if (overlay === null) return
  context.save()
  context.beginPath()
  context.rect(0, 0, width, height)
  context.clip()
  for (const person of people) drawPerson(context, person, tasks, transform, overlay)
  context.restore()
}
