import type { Ghosts } from '../../../../core/api/editing.ts'
import type { DrawnValue, DrawnValueOf, TaskView } from '../../../../core/api/labels.ts'
import type { Joint } from '../../../../core/dataset/label.ts'
import { drawBox, drawBoxes } from '../../../overlays/box.ts'
import type { OverlayTheme } from '../../../overlays/colours.ts'
import { drawInvalidCells, drawMap, drawParts, isMap } from '../../../overlays/rasters.ts'
import { drawSkeleton } from '../../../overlays/skeleton.ts'
import { keypointsValue, type SessionBox, type SessionLabel, type SessionPerson } from '../model/sessionLabel.ts'
import type { MaskTiles } from './maskTiles.ts'
import type { OtherMasks } from './otherMasks.ts'
import type { Viewport } from './viewport.ts'

/** Everything that the layers show, gathered anew for each drawing. */
export interface StageScene {
  readonly viewport: Viewport
  readonly theme: OverlayTheme
  readonly tasks: readonly TaskView[]
  readonly people: readonly SessionPerson[]
  readonly person: number
  /** Tasks that are drawn. */
  readonly shown: ReadonlySet<string>
  readonly others: boolean
  readonly boxes: boolean
  /** Pictures of the masks that are being edited. */
  readonly tiles: MaskTiles
  /** The masks of the others as one picture. */
  readonly otherMasks: OtherMasks
  readonly ghosts: Ghosts
  /** Joints while they are dragged; null: as stored. */
  readonly joints: readonly Joint[] | null
  readonly box: SessionBox
  readonly keypointsTask: string | null
  /** Joints to ring: under the pointer, and those outside the part map. */
  readonly marked: number | null
  readonly outside: readonly number[]
  /** The box tool draws the chosen person's box itself. */
  readonly boxByTool: boolean
}

const limbWidth = (scale: number): number => Math.min(4.5, Math.max(1.5, scale * 3))

function schemaOf({ tasks }: StageScene, task: string): TaskView['schema'] | null {
  return tasks.find(({ name }) => name === task)?.schema ?? null
}

function shownLabels(scene: StageScene, { labels }: SessionPerson): SessionLabel[] {
  const shown: SessionLabel[] = []
  for (const label of labels.values()) if (label.state !== 'rejected' && scene.shown.has(label.task)) shown.push(label)
  return shown
}

/**
 * Maps of depth and normals and part maps; the layer's own opacity makes them translucent. What the network makes of a map stands in
 * the label's place: two maps over each other cannot be told apart.
 */
export function paintRasters(scene: StageScene, context: CanvasRenderingContext2D): void {
  if (scene.others) paintOtherRasters(scene, context)
  const chosen = scene.people.find(({ person }) => person === scene.person)
  if (chosen === undefined) return
  context.save()
  const labels = shownLabels(scene, chosen)
  const guessed = new Set<string>()
  for (const { person, task, value } of scene.ghosts) {
    if (person !== scene.person || !scene.shown.has(task) || !isMap(value)) continue
    guessed.add(task)
    drawMap(context, value, scene.viewport.transform, { opacity: 1 })
  }
  for (const { task, value } of labels) {
    if (value === null || !isMap(value) || guessed.has(task)) continue
    drawMap(context, value, scene.viewport.transform, { opacity: 1 })
    drawInvalidCells(context, value, scene.viewport.transform)
  }
  for (const label of labels) paintMask(scene, context, label)
  context.restore()
}

function paintOtherRasters(scene: StageScene, context: CanvasRenderingContext2D): void {
  const { viewport } = scene
  const masks: DrawnValueOf<'parts'>[] = []
  context.save()
  context.globalAlpha = 0.5
  for (const person of scene.people) {
    if (person.person === scene.person) continue
    for (const label of shownLabels(scene, person)) {
      const { value, mask } = label
      if (value !== null && isMap(value)) drawMap(context, value, viewport.transform, { opacity: 1 })
      else if (mask !== null) paintMask(scene, context, label)
      else if (value?.kind === 'parts') masks.push(value)
    }
  }
  scene.otherMasks.draw(context, masks, viewport.transform, viewport)
  context.restore()
}

function paintMask(scene: StageScene, context: CanvasRenderingContext2D, { value, mask }: SessionLabel): void {
  const { viewport } = scene
  const { width, height } = viewport
  const stage = { width, height, ratio: devicePixelRatio }
  if (mask !== null) scene.tiles.of(mask).draw(context, viewport.transform, stage)
  else if (value?.kind === 'parts') drawParts(context, value, viewport.transform, { opacity: 1 })
}

/** Skeletons and boxes of the people that are not chosen. */
export function paintOthers(scene: StageScene, context: CanvasRenderingContext2D): void {
  if (!scene.others) return
  const { viewport, theme } = scene
  context.save()
  context.globalAlpha = 0.45
  const others = scene.people.filter(({ person }) => person !== scene.person)
  for (const person of others) {
    for (const { task, value } of shownLabels(scene, person)) paintSkeleton(scene, context, task, value)
  }
  if (scene.boxes) {
    const boxes = others.flatMap(({ box }) => box ?? [])
    drawBoxes(context, boxes, viewport.transform, { colour: theme.middle, width: 1, dashed: false })
  }
  context.restore()
}

function paintSkeleton(
  scene: StageScene,
  context: CanvasRenderingContext2D,
  task: string,
  value: DrawnValue | null,
  style: { readonly colour?: string; readonly opacity?: number } = {},
): void {
  const schema = schemaOf(scene, task)
  if (value?.kind !== 'keypoints' || schema?.kind !== 'keypoints') return
  const limb = limbWidth(scene.viewport.transform.scale)
  drawSkeleton(context, value, schema, scene.viewport.transform, { theme: scene.theme, limb, ...style })
}

/** The chosen person's skeletons and box, and over them what the network makes of it. */
export function paintChosen(scene: StageScene, context: CanvasRenderingContext2D): void {
  const { viewport, theme } = scene
  const chosen = scene.people.find(({ person }) => person === scene.person)
  if (chosen === undefined) return
  const box = scene.box ?? chosen.box
  if (scene.boxes && box !== null && !scene.boxByTool) {
    drawBox(context, box, viewport.transform, { colour: theme.given })
  }
  for (const { task, value } of shownLabels(scene, chosen)) {
    const moving = scene.joints !== null && task === scene.keypointsTask
    paintSkeleton(scene, context, task, moving ? keypointsValue(scene.joints) : value)
    if (task === scene.keypointsTask) paintRings(scene, context, scene.joints, value)
  }
  paintGhosts(scene, context)
}

function paintGhosts(scene: StageScene, context: CanvasRenderingContext2D): void {
  const { viewport, theme } = scene
  for (const { person, task, value } of scene.ghosts) {
    if (person !== scene.person || !scene.shown.has(task)) continue
    paintSkeleton(scene, context, task, value, { colour: theme.predicted, opacity: 0.85 })
    if (value.kind === 'parts') drawParts(context, value, viewport.transform, { opacity: 0.4 })
  }
}

function paintRings(
  { viewport, theme, marked, outside }: StageScene,
  context: CanvasRenderingContext2D,
  joints: readonly Joint[] | null,
  value: DrawnValue | null,
): void {
  const places = joints?.map(({ x, y }) => ({ x, y })) ?? []
  if (joints === null && value?.kind === 'keypoints') places.push(...value.joints.map(([x, y]) => ({ x, y })))
  const ring = (index: number, colour: string, radius: number, dash: number[]): void => {
    const place = places[index]
    if (place === undefined) return
    const { x, y } = viewport.toStage(place)
    context.save()
    context.setLineDash(dash)
    for (const [style, width] of [
      ['rgb(0 0 0 / 0.6)', 3.5],
      [colour, 2],
    ] as const) {
      context.strokeStyle = style
      context.lineWidth = width
      context.beginPath()
      context.arc(x, y, radius, 0, 2 * Math.PI)
      context.stroke()
    }
    context.restore()
  }
  for (const index of outside) ring(index, theme.alarm, 10, [4, 3])
  if (marked !== null) ring(marked, '#fff', 8, [])
}
