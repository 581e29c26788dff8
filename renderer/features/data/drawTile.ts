import type { BrowseRow } from '../../../core/api/browse.ts'
import type { DrawnPerson, TaskView } from '../../../core/api/labels.ts'
import { cropWindow } from '../../../core/dataset/cropWindow.ts'
import { drawPerson, type OverlayOptions } from '../../overlays/drawPerson.ts'
import { gridCrop } from '../../overlays/mediaUrls.ts'
import type { PictureState } from '../../overlays/pictureCache.ts'
import { fitTransform, placed, type Rectangle } from '../../overlays/transform.ts'
import { drawMarks, type MarkColours } from './tileMarks.ts'

export interface TileContent {
  readonly row: BrowseRow
  readonly picture: PictureState
  readonly people: readonly DrawnPerson[]
  readonly tasks: readonly TaskView[]
}

export interface TileStyle {
  readonly background: string
  readonly text: string
  readonly marks: MarkColours
  readonly overlay: OverlayOptions
}

/** CSS pixels; `ratio`: device pixels of each. */
export interface TileSize {
  readonly width: number
  readonly height: number
  readonly ratio: number
}

export const tileRadius = 5

/** The part of the image that a row's picture shows. */
export function tileWindow(row: BrowseRow, unit: 'people' | 'images'): Rectangle {
  const image = { width: row.imageWidth, height: row.imageHeight }
  return unit === 'people' ? cropWindow(row.box, image, gridCrop) : { left: 0, top: 0, ...image }
}

/** Draws a tile with round corners: picture, labels, marks, and a word where the picture cannot be had. */
export function drawTile(
  canvas: HTMLCanvasElement,
  { row, picture, people, tasks }: TileContent,
  unit: 'people' | 'images',
  { width, height, ratio }: TileSize,
  { background, text, marks, overlay }: TileStyle,
): void {
  // Setting the size clears the canvas and its clip, also where it stays the same.
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  const context = canvas.getContext('2d')
  if (context === null) return
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.beginPath()
  context.roundRect(0, 0, width, height, tileRadius)
  context.clip()
  context.fillStyle = background
  context.fillRect(0, 0, width, height)
  const transform = fitTransform(tileWindow(row, unit), { left: 0, top: 0, width, height })
  if (picture instanceof ImageBitmap) {
    const target = placed(tileWindow(row, unit), transform)
    context.imageSmoothingQuality = 'medium'
    context.drawImage(picture, target.left, target.top, target.width, target.height)
  } else if (picture !== undefined) {
    context.fillStyle = text
    context.font = '11px sans-serif'
    context.textAlign = 'center'
    context.fillText('no picture', width / 2, height / 2)
    context.textAlign = 'start'
  }
  for (const person of people) drawPerson(context, person, tasks, transform, overlay)
  drawMarks(context, row, { width, height }, marks)
}
