import type { DrawnValue, DrawnValueOf, TaskView } from '../../../core/api/labels.ts'
import type { SuspectDetail } from '../../../core/api/suspectDetail.ts'
import type { OverlayTheme } from '../../overlays/colours.ts'
import { drawMap, drawParts, isMap, type DrawingContext } from '../../overlays/rasters.ts'
import { drawSkeleton, isPlaced } from '../../overlays/skeleton.ts'
import { fitTransform, placed, type ImageTransform, type Rectangle } from '../../overlays/transform.ts'
import { differingDepth, differingNormals, differingParts, partContours } from './rasterComparison.ts'
import type { SuspectPicture } from './suspectPictures.ts'

export const stageModes = ['side', 'overlay', 'blink', 'difference'] as const
export type StageMode = (typeof stageModes)[number]

/** What one pane shows over the picture. */
export type PaneContent = 'given' | 'predicted' | 'both' | 'difference' | 'picture'

/** Zoom about the fitted picture: `scale` times as large, moved by canvas pixels over the pane's height. */
export interface StageView {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export const fittedView: StageView = { scale: 1, x: 0, y: 0 }

/** The view as a transform for a pane: panes of other sizes show the same place at the same magnification. */
export function paneTransform(window: Rectangle, pane: Rectangle, view: StageView): ImageTransform {
  const fitted = fitTransform(window, pane)
  const [centreX, centreY] = [pane.left + pane.width / 2, pane.top + pane.height / 2]
  return {
    scale: fitted.scale * view.scale,
    x: centreX + (fitted.x - centreX) * view.scale + view.x * pane.height,
    y: centreY + (fitted.y - centreY) * view.scale + view.y * pane.height,
  }
}

/** The view after zooming by `factor` about a point of a pane. */
export function zoomView(view: StageView, pane: Rectangle, point: { x: number; y: number }, factor: number): StageView {
  const scale = Math.min(40, Math.max(0.5, view.scale * factor))
  const ratio = scale / view.scale
  const [fromX, fromY] = [
    (point.x - pane.left - pane.width / 2) / pane.height,
    (point.y - pane.top - pane.height / 2) / pane.height,
  ]
  return { scale, x: fromX - (fromX - view.x) * ratio, y: fromY - (fromY - view.y) * ratio }
}

export interface PaneDrawing {
  readonly content: PaneContent
  readonly detail: Pick<SuspectDetail, 'schema' | 'given' | 'predicted'> & { readonly component: string | null }
  readonly theme: OverlayTheme
  readonly opacity: number
  readonly transform: ImageTransform
}

/** Draws the picture; the whole one, where it was loaded, over the crop. */
export function drawPicture(context: DrawingContext, picture: SuspectPicture, transform: ImageTransform): void {
  const target = placed(picture.window, transform)
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture.bitmap, target.left, target.top, target.width, target.height)
}

function limbWidth(transform: ImageTransform, joints: DrawnValueOf<'keypoints'>['joints']): number {
  const heights = joints.filter(isPlaced).map(([, y]) => y)
  const tall = (Math.max(...heights) - Math.min(...heights)) * transform.scale
  return Math.min(6, Math.max(2, tall / 120))
}

function componentIndex(schema: TaskView['schema'], component: string | null): number {
  if (component === null) return -1
  if (schema.kind === 'keypoints') return schema.joints.indexOf(component)
  return schema.kind === 'parts' ? schema.parts.indexOf(component) : -1
}

interface ValueStyle {
  /** One colour for the whole value; null: its own colours. */
  readonly colour: string | null
  readonly opacity: number
}

function drawOne(
  context: DrawingContext,
  value: DrawnValue,
  { detail, theme, transform }: PaneDrawing,
  { colour, opacity }: ValueStyle,
): void {
  const odd = componentIndex(detail.schema, detail.component)
  if (value.kind === 'keypoints' && detail.schema.kind === 'keypoints') {
    const limb = limbWidth(transform, value.joints)
    const named = colour === null ? {} : { colour }
    drawSkeleton(context, value, detail.schema, transform, { theme, limb, ringed: odd, opacity: 1, ...named })
  } else if (value.kind === 'parts') {
    if (colour === null) drawParts(context, value, transform, { opacity })
    if (colour !== null) strokeContours(context, partContours(value, null), value, transform, colour, 1.75)
    if (odd > 0) strokeContours(context, partContours(value, odd), value, transform, theme.alarm, 2.25)
  } else if (isMap(value)) {
    drawMap(context, value, transform, { opacity })
  }
}

function strokeContours(
  context: DrawingContext,
  path: Path2D,
  value: DrawnValueOf<'parts'>,
  transform: ImageTransform,
  colour: string,
  width: number,
): void {
  const target = placed(value, transform)
  const [scaleX, scaleY] = [target.width / value.columns, target.height / value.rows]
  const moved = new Path2D()
  moved.addPath(path, new DOMMatrix([scaleX, 0, 0, scaleY, target.left, target.top]))
  context.save()
  context.lineJoin = 'round'
  context.lineWidth = width + 1.5
  context.strokeStyle = 'rgb(0 0 0 / 0.55)'
  context.stroke(moved)
  context.lineWidth = width
  context.strokeStyle = colour
  context.stroke(moved)
  context.restore()
}

function drawDifference(context: DrawingContext, drawing: PaneDrawing): void {
  const { detail, theme, transform, opacity } = drawing
  const { given, predicted } = detail
  if (given?.kind === 'parts' && predicted?.kind === 'parts') {
    const { canvas, window } = differingParts(given, predicted)
    drawCells(context, canvas, window, transform, Math.max(0.35, opacity))
    strokeContours(context, partContours(given, null), given, transform, theme.given, 1)
  } else if (given?.kind === 'depth' && predicted?.kind === 'depth') {
    const { canvas, window } = differingDepth(given, predicted)
    drawCells(context, canvas, window, transform, 1)
  } else if (given?.kind === 'normals' && predicted?.kind === 'normals') {
    const { canvas, window } = differingNormals(given, predicted)
    drawCells(context, canvas, window, transform, 1)
  } else if (given?.kind === 'keypoints' && predicted?.kind === 'keypoints') {
    drawShifts(context, given, predicted, drawing)
  }
}

function drawCells(
  context: DrawingContext,
  canvas: OffscreenCanvas,
  window: Rectangle,
  transform: ImageTransform,
  opacity: number,
): void {
  const target = placed(window, transform)
  context.save()
  context.globalAlpha = opacity
  context.imageSmoothingEnabled = false
  context.drawImage(canvas, target.left, target.top, target.width, target.height)
  context.restore()
}

/** An arrow from where each joint is to where the network has it; short ones are left out. */
function drawShifts(
  context: DrawingContext,
  given: DrawnValueOf<'keypoints'>,
  predicted: DrawnValueOf<'keypoints'>,
  { detail, theme, transform }: PaneDrawing,
): void {
  const limb = limbWidth(transform, given.joints)
  const odd = componentIndex(detail.schema, detail.component)
  context.save()
  context.lineCap = 'round'
  given.joints.forEach((from, joint) => {
    const to = predicted.joints[joint]
    if (to === undefined || !isPlaced(from) || !isPlaced(to)) return
    const [x0, y0] = [from[0] * transform.scale + transform.x, from[1] * transform.scale + transform.y]
    const [x1, y1] = [to[0] * transform.scale + transform.x, to[1] * transform.scale + transform.y]
    for (const [colour, width] of [
      ['rgb(0 0 0 / 0.6)', limb + 2],
      [joint === odd ? theme.alarm : theme.predicted, limb],
    ] as const) {
      context.strokeStyle = colour
      context.lineWidth = width
      context.beginPath()
      context.moveTo(x0, y0)
      context.lineTo(x1, y1)
      context.stroke()
    }
    for (const [x, y, colour] of [
      [x0, y0, theme.given],
      [x1, y1, theme.predicted],
    ] as const) {
      context.beginPath()
      context.arc(x, y, limb * 1.2 + 1, 0, 2 * Math.PI)
      context.fillStyle = colour
      context.fill()
    }
  })
  context.restore()
}

/** Draws what a pane shows over its picture. */
export function drawPane(context: DrawingContext, drawing: PaneDrawing): void {
  const { content, detail, opacity, theme } = drawing
  const plain: ValueStyle = { colour: null, opacity }
  if (content === 'given' && detail.given !== null) drawOne(context, detail.given, drawing, plain)
  else if (content === 'predicted' && detail.predicted !== null) drawOne(context, detail.predicted, drawing, plain)
  else if (content === 'difference') drawDifference(context, drawing)
  else if (content === 'both') {
    const covers = detail.given?.kind === 'depth' || detail.given?.kind === 'normals'
    const half = covers ? opacity / 2 : opacity
    if (detail.given !== null) drawOne(context, detail.given, drawing, { colour: theme.given, opacity: half })
    if (detail.predicted !== null) {
      drawOne(context, detail.predicted, drawing, { colour: theme.predicted, opacity: half })
    }
  }
}
