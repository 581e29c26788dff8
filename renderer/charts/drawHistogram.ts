import type { HistogramBins, PlotSpan } from './histogramBins.ts'
import { positionOf } from './histogramBins.ts'
import { readToken } from './themeColours.ts'

export interface HistogramDrawing {
  readonly bins: HistogramBins
  readonly selected: readonly number[] | undefined
  /** CSS variable. */
  readonly colour: string
  readonly logarithmic: boolean
  readonly cut: number | null
  readonly proposedCut: number | null
  readonly brush: readonly [number, number] | null
  /** Index of the bin under the pointer. */
  readonly hovered: number | null
  readonly format: (value: number) => string
}

const side = 6
const axisHeight = 18
const top = 4

/** Where the bars lie in a histogram so wide, in CSS pixels. */
export function plotSpan(width: number): PlotSpan {
  return { left: side, width: Math.max(1, width - 2 * side) }
}

/** Height of a bar as a share of the plot's, 0 … 1; a count of one is still seen. */
function barShare(count: number, most: number, logarithmic: boolean): number {
  if (count <= 0 || most <= 0) return 0
  const share = logarithmic ? Math.log1p(count) / Math.log1p(most) : count / most
  return Math.max(0.012, share)
}

/** Draws the whole histogram; a few hundred rectangles, well below a millisecond. */
export function drawHistogram(
  canvas: HTMLCanvasElement,
  { width, height }: { readonly width: number; readonly height: number },
  drawing: HistogramDrawing,
): void {
  const ratio = devicePixelRatio
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio)
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio)
  const pen = canvas.getContext('2d')
  if (pen === null) return
  pen.setTransform(ratio, 0, 0, ratio, 0, 0)
  pen.clearRect(0, 0, width, height)
  const base = height - axisHeight
  drawBars(pen, plotSpan(width), base, drawing)
  drawMarks(pen, plotSpan(width), base, drawing)
  drawAxis(pen, plotSpan(width), height, drawing)
}

function drawBars(pen: CanvasRenderingContext2D, span: PlotSpan, base: number, drawing: HistogramDrawing): void {
  const { bins, selected, logarithmic, cut, brush, hovered } = drawing
  const { edges, counts } = bins
  const most = counts.reduce((a, b) => Math.max(a, b), 0)
  const tall = base - top
  const [colour, above, behind] = [readToken(drawing.colour), readToken('--bad'), readToken('--text-3')]
  counts.forEach((count, at) => {
    const [x0, x1] = [positionOf(edges[at], edges, span), positionOf(edges[at + 1], edges, span)]
    const bar = Math.max(1, x1 - x0 - (x1 - x0 > 3 ? 1 : 0))
    const middle = (edges[at] + edges[at + 1]) / 2
    const out = brush !== null && (middle < brush[0] || middle > brush[1])
    const main = cut !== null && middle >= cut ? above : colour
    const front = selected === undefined ? count : (selected[at] ?? 0)
    if (selected !== undefined) {
      pen.globalAlpha = 0.35
      pen.fillStyle = behind
      const share = barShare(count, most, logarithmic)
      pen.fillRect(x0, base - share * tall, bar, share * tall)
    }
    pen.globalAlpha = out ? 0.3 : hovered === at ? 1 : 0.8
    pen.fillStyle = main
    const share = barShare(front, most, logarithmic)
    pen.fillRect(x0, base - share * tall, bar, share * tall)
  })
  pen.globalAlpha = 1
}

function drawMarks(pen: CanvasRenderingContext2D, span: PlotSpan, base: number, drawing: HistogramDrawing): void {
  const { bins, cut, proposedCut, brush } = drawing
  const at = (value: number): number => Math.round(positionOf(value, bins.edges, span)) + 0.5
  if (brush !== null) {
    pen.fillStyle = readToken('--accent')
    pen.globalAlpha = 0.14
    pen.fillRect(at(brush[0]), top, at(brush[1]) - at(brush[0]), base - top)
    pen.globalAlpha = 1
  }
  const upright = (value: number, colour: string, dash: number[]): void => {
    pen.strokeStyle = colour
    pen.lineWidth = 1.5
    pen.setLineDash(dash)
    pen.beginPath()
    pen.moveTo(at(value), 0)
    pen.lineTo(at(value), base)
    pen.stroke()
    pen.setLineDash([])
  }
  if (proposedCut !== null) upright(proposedCut, readToken('--text-3'), [4, 3])
  if (cut !== null) upright(cut, readToken('--text-1'), [])
}

function drawAxis(pen: CanvasRenderingContext2D, span: PlotSpan, height: number, drawing: HistogramDrawing): void {
  const { edges } = drawing.bins
  const base = height - axisHeight + 0.5
  pen.strokeStyle = readToken('--line')
  pen.lineWidth = 1
  pen.beginPath()
  pen.moveTo(span.left, base)
  pen.lineTo(span.left + span.width, base)
  pen.stroke()
  pen.fillStyle = readToken('--text-3')
  pen.font = `11px ${readToken('--font')}`
  pen.textBaseline = 'bottom'
  const [low, high] = [edges[0], edges[edges.length - 1]]
  const middle = (low + high) / 2
  const ends = [drawing.format(low), drawing.format(high)]
  pen.textAlign = 'left'
  pen.fillText(ends[0], positionOf(low, edges, span), height)
  pen.textAlign = 'right'
  pen.fillText(ends[1], positionOf(high, edges, span), height)
  // Of a single value, rounded, the middle says what one of the ends says.
  if (span.width <= 160 || ends.includes(drawing.format(middle))) return
  pen.textAlign = 'center'
  pen.fillText(drawing.format(middle), positionOf(middle, edges, span), height)
}
