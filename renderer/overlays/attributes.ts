import type { DrawnValueOf } from '../../core/api/labels.ts'
import type { OverlayTheme } from './colours.ts'
import type { DrawingContext } from './rasters.ts'
import type { Rectangle } from './transform.ts'

export interface AttributeStyle {
  readonly theme: OverlayTheme
  readonly font: string
  /** Most chips; the last then counts what is left out. */
  readonly most: number
}

const chipHeight = 15
const chipPadding = 4
const gap = 2

/** Names of the attributes answered with yes, in the schema's order. */
export function affirmed(value: DrawnValueOf<'attributes'>, attributes: readonly string[]): string[] {
  return attributes.filter((_, index) => value.values[index] === true)
}

/** Draws what a person has (answers "yes") as chips from the lower left corner of a rectangle of the canvas upwards. */
export function drawAttributes(
  context: DrawingContext,
  value: DrawnValueOf<'attributes'>,
  attributes: readonly string[],
  target: Rectangle,
  { font, most }: AttributeStyle,
): void {
  const names = affirmed(value, attributes)
  const shown = names.length > most ? [...names.slice(0, most - 1), `+${names.length - most + 1}`] : names
  context.save()
  context.font = font
  context.textBaseline = 'middle'
  const room = target.width - 2 * gap
  let y = target.top + target.height - gap - chipHeight
  for (const name of shown.reverse()) {
    const width = Math.min(room, context.measureText(name).width + 2 * chipPadding)
    context.fillStyle = 'rgb(13 15 19 / 0.78)'
    context.beginPath()
    context.roundRect(target.left + gap, y, width, chipHeight, 4)
    context.fill()
    context.fillStyle = '#e8ebf0'
    context.fillText(name, target.left + gap + chipPadding, y + chipHeight / 2 + 0.5, room - 2 * chipPadding)
    y -= chipHeight + gap
    if (y < target.top) break
  }
  context.restore()
}
