import type { OverlayTheme } from '../../../overlays/colours.ts'
import type { PointerMoment } from '../stage/pointerInput.ts'
import type { Point } from '../stage/viewport.ts'
import { acceptHoveredPart } from './ghostPart.ts'
import { Tool, type CursorNote, type ToolAction, type ToolCanvas } from './tool.ts'
import type { ToolHost } from './toolHost.ts'

/** Pixels of the stage within which the first corner closes the polygon. */
const closing = 10
/** Pixels of the stage between corners that a drag sets by itself. */
const spacing = 6

/** An outline for whatever is done with what it encloses: a click sets a corner, a drag draws freely. */
export abstract class OutlineTool extends Tool {
  readonly #host: ToolHost
  #corners: Point[] = []
  #pointer: PointerMoment | null = null
  #pressed = false

  constructor(host: ToolHost) {
    super()
    this.#host = host
  }

  /** Whether there is anything that the outline could be for. */
  protected abstract usable(): boolean
  protected abstract colour(theme: OverlayTheme): string
  /** Three corners or more, in pixels of the image: x, y, x, y … */
  protected abstract enclosed(corners: readonly number[]): void
  /** Alt+click before the first corner. */
  protected picked(_moment: PointerMoment): void {}

  override down(moment: PointerMoment): void {
    this.#pointer = moment
    if (!this.usable()) return
    if (moment.alt && this.#corners.length === 0) return this.picked(moment)
    if (this.#isClosing(moment)) return this.#finish()
    this.#pressed = true
    this.#corners.push(moment.image)
    this.#host.redraw('tool')
  }

  override drag(moment: PointerMoment, between: readonly PointerMoment[]): void {
    this.#pointer = moment
    if (!this.#pressed) return
    for (const each of between) {
      const last = this.#corners.at(-1)
      const { scale } = this.#host.viewport.transform
      if (last === undefined || Math.hypot(each.image.x - last.x, each.image.y - last.y) * scale >= spacing) {
        this.#corners.push(each.image)
      }
    }
    this.#host.redraw('tool')
  }

  override up(moment: PointerMoment): void {
    if (!this.#pressed) return
    this.#pressed = false
    // A shape that was drawn in one go and led back to its beginning is done.
    if (this.#corners.length > 8 && this.#isClosing(moment)) this.#finish()
  }

  override hover(moment: PointerMoment | null): void {
    this.#pointer = moment
    this.cursor = this.usable() ? 'crosshair' : 'not-allowed'
    this.#host.redraw('tool')
  }

  override cancel(): boolean {
    const any = this.#corners.length > 0
    this.#corners = []
    this.#pressed = false
    this.#host.redraw('tool')
    return any
  }

  override act(action: ToolAction): boolean {
    if (action === 'accept') return acceptHoveredPart(this.#host, this.#pointer)
    if (action === 'cancel') return this.cancel()
    if (action === 'finish') {
      if (this.#corners.length < 3) return false
      this.#finish()
      return true
    }
    if (action === 'removeLast' || action === 'delete') {
      const removed = this.#corners.pop() !== undefined
      this.#host.redraw('tool')
      return removed
    }
    return false
  }

  #isClosing({ stage }: PointerMoment): boolean {
    const [first] = this.#corners
    if (this.#corners.length < 3 || first === undefined) return false
    const start = this.#host.viewport.toStage(first)
    return Math.hypot(start.x - stage.x, start.y - stage.y) <= closing
  }

  #finish(): void {
    const corners = this.#corners.flatMap(({ x, y }) => [x, y])
    this.#corners = []
    this.#pressed = false
    this.#host.redraw('tool')
    if (this.usable() && corners.length >= 6) this.enclosed(corners)
  }

  override draw({ context, viewport, theme }: ToolCanvas): void {
    if (this.#corners.length === 0) return
    const colour = this.colour(theme)
    const points = this.#corners.map((corner) => viewport.toStage(corner))
    context.save()
    context.beginPath()
    points.forEach(({ x, y }, at) => (at === 0 ? context.moveTo(x, y) : context.lineTo(x, y)))
    if (this.#pointer !== null) context.lineTo(this.#pointer.stage.x, this.#pointer.stage.y)
    context.globalAlpha = 0.25
    context.fillStyle = colour
    context.fill()
    context.globalAlpha = 1
    for (const [style, width] of [
      ['rgb(0 0 0 / 0.6)', 3.5],
      [colour, 1.8],
    ] as const) {
      context.strokeStyle = style
      context.lineWidth = width
      context.stroke()
    }
    const closes = this.#pointer !== null && this.#isClosing(this.#pointer)
    points.forEach(({ x, y }, at) => {
      context.beginPath()
      context.arc(x, y, at === 0 && closes ? 6.5 : 3.5, 0, 2 * Math.PI)
      context.fillStyle = '#fff'
      context.fill()
      context.stroke()
    })
    context.restore()
  }

  override note(): CursorNote | null {
    if (this.#pointer === null || this.#corners.length === 0) return null
    if (!this.#isClosing(this.#pointer)) return null
    return { at: this.#pointer.stage, text: 'click to close' }
  }
}
