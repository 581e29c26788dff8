import type { DrawnPerson, DrawnValue, TaskView } from '../../core/api/labels.ts'
import { drawAttributes } from './attributes.ts'
import { drawBox } from './box.ts'
import type { OverlayTheme } from './colours.ts'
import { drawMap, drawParts, isMap, type DrawingContext } from './rasters.ts'
import { drawSkeleton } from './skeleton.ts'
import type { ImageTransform, Rectangle } from './transform.ts'

export interface OverlayOptions {
  readonly theme: OverlayTheme
  /** Names of the tasks to draw. */
  readonly tasks: ReadonlySet<string>
  readonly box: boolean
  /** Of masks and maps of depth and normals, 0 … 1. */
  readonly opacity: number
  /** Width of limbs in canvas pixels. */
  readonly limb: number
  /** Where attribute chips may stand; null: none are drawn. */
  readonly chips: Rectangle | null
  readonly font: string
}

/** Draws one value of a task. */
export function drawValue(
  context: DrawingContext,
  value: DrawnValue,
  schema: TaskView['schema'],
  transform: ImageTransform,
  { theme, opacity, limb, chips, font }: Omit<OverlayOptions, 'tasks' | 'box'>,
): void {
  if (value.kind === 'parts') drawParts(context, value, transform, { opacity })
  else if (isMap(value)) drawMap(context, value, transform, { opacity })
  else if (value.kind === 'keypoints' && schema.kind === 'keypoints') {
    drawSkeleton(context, value, schema, transform, { theme, limb })
  } else if (value.kind === 'attributes' && schema.kind === 'attributes' && chips !== null) {
    drawAttributes(context, value, schema.attributes, chips, { theme, font, most: 5 })
  }
}

const layer: Readonly<Record<DrawnValue['kind'], number>> = {
  depth: 0,
  normals: 0,
  parts: 1,
  keypoints: 2,
  vector: 3,
  identity: 3,
  attributes: 4,
}

/** Draws a person's labels over the picture: depth and normals lowest, then masks, skeletons, chips. */
export function drawPerson(
  context: DrawingContext,
  person: Pick<DrawnPerson, 'box' | 'labels'>,
  tasks: readonly TaskView[],
  transform: ImageTransform,
  options: OverlayOptions,
): void {
  const values = person.labels.flatMap(({ task, value, state }) => {
    const schema = tasks.find((one) => one.name === task)?.schema
    const drawn = value !== null && schema !== undefined && state !== 'rejected' && options.tasks.has(task)
    return drawn ? [{ value, schema }] : []
  })
  values.sort((a, b) => layer[a.value.kind] - layer[b.value.kind])
  for (const { value, schema } of values) drawValue(context, value, schema, transform, options)
  if (options.box && person.box !== null) {
    drawBox(context, person.box, transform, { colour: options.theme.given })
  }
}
