import type { BrowseRow } from '../../../core/api/browse.ts'
import { formatValue } from '../../ui/numbers.ts'

/** Colours of marks on pictures, from the grid's tokens. */
export interface MarkColours {
  readonly back: string
  readonly text: string
  readonly bad: string
  readonly labelled: string
  readonly verified: string
}

export function readMarkColours(style: CSSStyleDeclaration): MarkColours {
  const token = (name: string): string => style.getPropertyValue(`--mark-${name}`).trim()
  return {
    back: token('back'),
    text: token('text'),
    bad: token('bad'),
    labelled: token('labelled'),
    verified: token('verified'),
  }
}

const inset = 5
const chipHeight = 17
const dot = 8
const dotGap = 3

/** Draws what a tile says beside its picture: the value it is sorted by, how many people, a dot a task. */
export function drawMarks(
  context: CanvasRenderingContext2D,
  row: BrowseRow,
  { width, height }: { readonly width: number; readonly height: number },
  colours: MarkColours,
): void {
  const figure = row.key !== null ? formatValue(row.key) : row.suspect ? 'suspect' : null
  if (figure !== null) {
    drawChip(context, figure, 'right', width, { ...colours, text: row.suspect ? colours.bad : colours.text })
  }
  if (row.people.length > 1) drawChip(context, `${row.people.length} people`, 'left', width, colours)
  let left = inset
  for (const state of row.states) {
    if (state === '-') continue
    drawDot(context, state, left + dot / 2, height - inset - dot / 2, colours)
    left += dot + dotGap
  }
}

function drawChip(
  context: CanvasRenderingContext2D,
  text: string,
  side: 'left' | 'right',
  width: number,
  colours: MarkColours,
): void {
  context.font = `${side === 'right' ? 600 : 400} 11px "Inter Variable", sans-serif`
  const chip = context.measureText(text).width + 10
  const left = side === 'left' ? inset : width - inset - chip
  context.fillStyle = colours.back
  context.beginPath()
  context.roundRect(left, inset, chip, chipHeight, 4)
  context.fill()
  context.fillStyle = colours.text
  context.textBaseline = 'middle'
  context.fillText(text, left + 5, inset + chipHeight / 2 + 0.5)
  context.textBaseline = 'alphabetic'
}

/** Round: labelled; square: verified; on its corner: rejected. Told apart without colour too. */
function drawDot(context: CanvasRenderingContext2D, state: string, x: number, y: number, colours: MarkColours): void {
  const half = dot / 2
  context.beginPath()
  if (state === 'v') context.roundRect(x - half, y - half, dot, dot, 1)
  else if (state === 'r') {
    context.moveTo(x, y - half - 1)
    context.lineTo(x + half + 1, y)
    context.lineTo(x, y + half + 1)
    context.lineTo(x - half - 1, y)
    context.closePath()
  } else context.arc(x, y, half, 0, 2 * Math.PI)
  context.lineWidth = 2
  context.strokeStyle = 'rgb(0 0 0 / 0.5)'
  context.stroke()
  context.fillStyle = state === 'v' ? colours.verified : state === 'r' ? colours.bad : colours.labelled
  context.fill()
}
