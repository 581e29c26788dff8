import { BrushStroke } from '../../../../core/dataset/editing/brush.ts'
import { EdgeStroke } from '../../../../core/dataset/editing/edgeBrush.ts'
import { pickPart, type Bounds, type MaskPatch } from '../../../../core/dataset/editing/mask.ts'
import { notAnnotatedPart } from '../../../../core/dataset/label.ts'
import { cssColour, partColour } from '../../../overlays/colours.ts'
import type { PointerMoment } from '../stage/pointerInput.ts'
import { acceptHoveredPart, hoveredGhostPart } from './ghostPart.ts'
import { Tool, type CursorNote, type ToolAction, type ToolCanvas, type ToolName } from './tool.ts'
import type { PartsSubject, ToolHost } from './toolHost.ts'

/** A stroke of either brush. */
interface Stroke {
  extend(x: number, y: number, pressure?: number): Bounds | null
  finish(): MaskPatch | null
  cancel(): Bounds | null
}

export const smallestBrush = 1
export const largestBrush = 1000

/** A size one step larger or smaller: finer where the brush is small. */
export function steppedBrushSize(size: number, steps: number): number {
  const stepped = size * 1.2 ** steps
  const moved = steps > 0 ? Math.max(size + 1, Math.round(stepped)) : Math.min(size - 1, Math.round(stepped))
  return Math.min(largestBrush, Math.max(smallestBrush, moved))
}

/** Says what part lies under the pointer, and chooses it with Alt+click. */
export function pickedPart(host: ToolHost, moment: PointerMoment): number | null {
  const subject = host.parts()
  return subject === null ? null : pickPart(subject.mask, moment.image.x, moment.image.y)
}

export function partName(subject: PartsSubject, part: number): string {
  if (part === notAnnotatedPart) return 'not annotated'
  return subject.parts[part] ?? `part ${part}`
}

/** Brush, eraser and edge-aware brush: what the pointer goes over is drawn into the part map as it goes. */
export class StrokeTool extends Tool {
  override readonly name: Extract<ToolName, 'brush' | 'eraser' | 'edgeBrush'>
  readonly #host: ToolHost
  #stroke: { readonly stroke: Stroke; readonly title: string } | null = null
  #pointer: PointerMoment | null = null
  #last: PointerMoment | null = null

  constructor(host: ToolHost, name: Extract<ToolName, 'brush' | 'eraser' | 'edgeBrush'>) {
    super()
    this.#host = host
    this.name = name
    this.cursor = 'none'
  }

  override leave(): void {
    super.leave()
    this.#pointer = null
    this.#last = null
  }

  override down(moment: PointerMoment): void {
    this.#pointer = moment
    const subject = this.#host.parts()
    if (subject === null) return
    if (moment.alt) {
      const part = pickedPart(this.#host, moment)
      if (part !== null) this.#host.choosePart(part)
      return
    }
    const stroke = this.#begin(subject)
    if (stroke === null) return
    const what = this.name === 'eraser' ? 'eraser' : `brush: ${partName(subject, subject.part)}`
    this.#stroke = { stroke, title: what }
    // Shift goes on in a straight line from where the last stroke ended.
    if (moment.shift && this.#last !== null) this.#extend([this.#last])
    this.#extend([moment])
  }

  #begin({ mask, part, over }: PartsSubject): Stroke | null {
    const { shape, size, tolerance } = this.#host.brush()
    if (this.name === 'edgeBrush') {
      const pixels = this.#host.pixels()
      return pixels === null ? null : new EdgeStroke(mask, pixels, { radius: size / 2, part, over, tolerance })
    }
    return new BrushStroke(mask, {
      shape,
      radius: size / 2,
      part: this.name === 'eraser' ? 0 : part,
      over: this.name === 'eraser' ? null : over,
    })
  }

  #extend(moments: readonly PointerMoment[]): void {
    for (const { image, pressure } of moments) {
      const bounds = this.#stroke?.stroke.extend(image.x, image.y, pressure) ?? null
      if (bounds !== null) this.#host.painted(bounds)
    }
  }

  override drag(moment: PointerMoment, between: readonly PointerMoment[]): void {
    this.#pointer = moment
    this.#extend(between)
    this.#host.redraw('tool')
  }

  override up(moment: PointerMoment): void {
    const stroke = this.#stroke
    this.#stroke = null
    if (stroke === null) return
    this.#last = moment
    const patch = stroke.stroke.finish()
    if (patch !== null) this.#host.paint(stroke.title, patch)
  }

  override hover(moment: PointerMoment | null): void {
    this.#pointer = moment
    this.cursor = this.#host.parts() === null ? 'not-allowed' : moment?.alt === true ? 'crosshair' : 'none'
    this.#host.redraw('tool')
  }

  override cancel(): boolean {
    const stroke = this.#stroke
    this.#stroke = null
    const bounds = stroke?.stroke.cancel() ?? null
    if (bounds !== null) this.#host.painted(bounds)
    return stroke !== null
  }

  override act(action: ToolAction): boolean {
    if (action === 'accept') return acceptHoveredPart(this.#host, this.#pointer)
    return action === 'cancel' && this.cancel()
  }

  override turn(steps: number): void {
    this.#host.setBrushSize(steppedBrushSize(this.#host.brush().size, steps))
    this.#host.redraw('tool')
  }

  override draw({ context, viewport, theme }: ToolCanvas): void {
    const subject = this.#host.parts()
    if (this.#pointer === null || subject === null) return
    const { shape, size } = this.#host.brush()
    const { x, y } = this.#pointer.stage
    const radius = Math.max(1, (size / 2) * viewport.transform.scale * this.#pointer.pressure)
    const fill = this.name === 'eraser' ? theme.alarm : cssColour(partColour(subject.part))
    context.save()
    context.beginPath()
    if (shape === 'round' || this.name === 'edgeBrush') context.arc(x, y, radius, 0, 2 * Math.PI)
    else context.rect(x - radius, y - radius, 2 * radius, 2 * radius)
    for (const [style, width] of [
      ['rgb(0 0 0 / 0.7)', 3],
      [fill, 1.5],
    ] as const) {
      context.strokeStyle = style
      context.lineWidth = width
      context.stroke()
    }
    // The middle shows where a large brush stands.
    context.fillStyle = fill
    context.fillRect(x - 1, y - 1, 2, 2)
    context.restore()
  }

  override note(): CursorNote | null {
    const subject = this.#host.parts()
    if (subject === null || this.#pointer === null || this.#stroke !== null) return null
    const under = pickedPart(this.#host, this.#pointer)
    const guess = hoveredGhostPart(this.#host, this.#pointer)
    const words = [
      ...(under === null || under === 0 ? [] : [partName(subject, under)]),
      ...(guess === null || guess === under ? [] : [`model: ${partName(subject, guess)}`]),
    ]
    return words.length === 0 ? null : { at: this.#pointer.stage, text: words.join(' · ') }
  }
}
