import { dragHandle, drawBox, moveBox, type BoxHandle } from '../../../../core/dataset/editing/box.ts'
import type { Box } from '../../../../core/dataset/label.ts'
import type { PointerMoment } from '../stage/pointerInput.ts'
import { drawHandles, handleAt, handleCursors, isOnBorder } from './handles.ts'
import { Tool, type CursorNote, type ToolAction, type ToolCanvas } from './tool.ts'
import type { ToolHost } from './toolHost.ts'

/** Pixels of the stage that a drag must go before it draws: a click changes no box. */
const slop = 4

interface Drag {
  readonly from: PointerMoment
  readonly grip: BoxHandle | 'move' | 'draw'
  readonly box: Box | null
  changed: Box | null
}

/**
 * The chosen person's box: eight handles, the border moves it, a drag anywhere else draws it anew; with Shift, or with nobody
 * chosen, a drag draws the box of a new person.
 */
export class BoxTool extends Tool {
  readonly name = 'box'
  readonly #host: ToolHost
  #drag: Drag | null = null
  /** Whether the next drag draws somebody who is not there yet. */
  #startsPerson = false
  #pointer: PointerMoment | null = null

  constructor(host: ToolHost) {
    super()
    this.#host = host
  }

  /** The next drag draws the box of a new person. */
  startPerson(): void {
    this.#startsPerson = true
    this.#host.redraw('tool')
  }

  override down(moment: PointerMoment): void {
    const box = this.#host.person()?.box ?? null
    this.#drag = { from: moment, grip: this.#gripAt(moment), box, changed: null }
  }

  #gripAt(moment: PointerMoment): Drag['grip'] {
    const box = this.#host.person()?.box ?? null
    if (box === null || moment.shift || this.#startsPerson) return 'draw'
    const handle = handleAt(box, this.#host.viewport, moment.stage)
    return handle ?? (isOnBorder(box, this.#host.viewport, moment.stage) ? 'move' : 'draw')
  }

  override drag(moment: PointerMoment): void {
    const drag = this.#drag
    if (drag === null) return
    const { from, box, grip } = drag
    const far = Math.hypot(moment.stage.x - from.stage.x, moment.stage.y - from.stage.y) >= slop
    if (drag.changed === null && !far) return
    drag.changed = this.#changed(drag, moment)
    if (box !== null && grip !== 'draw') this.#host.previewBox(drag.changed)
    this.#host.redraw('tool')
  }

  #changed({ from, grip, box }: Drag, { image: to }: PointerMoment): Box | null {
    const image = { width: this.#host.imageWidth, height: this.#host.imageHeight }
    const [dx, dy] = [to.x - from.image.x, to.y - from.image.y]
    if (grip === 'draw' || box === null) return drawBox(from.image.x, from.image.y, to.x, to.y, image)
    if (grip === 'move') return moveBox(box, dx, dy, image)
    // The edges keep their distance from the pointer, so that they do not jump under it.
    const x = grip.includes('w') ? box.x + dx : box.x + box.width + dx
    const y = grip.includes('n') ? box.y + dy : box.y + box.height + dy
    return dragHandle(box, grip, x, y, image)
  }

  override up(moment: PointerMoment): void {
    const drag = this.#drag
    this.#drag = null
    this.#host.previewBox(null)
    if (drag === null) return
    const { changed, from, grip } = drag
    if (changed === null) {
      if (grip === 'draw') this.#host.choosePerson(moment.image)
      return
    }
    const adds = this.#host.person() === null || (grip === 'draw' && (from.shift || this.#startsPerson))
    this.#startsPerson = false
    if (adds) this.#host.addPerson(changed)
    else this.#host.setBox(changed)
    this.#host.redraw('tool', 'labels')
  }

  override hover(moment: PointerMoment | null): void {
    this.#pointer = moment
    if (moment === null) return
    const grip = this.#gripAt(moment)
    this.cursor = grip === 'draw' ? 'crosshair' : grip === 'move' ? 'move' : handleCursors[grip]
  }

  override cancel(): boolean {
    const busy = this.#drag !== null || this.#startsPerson
    this.#drag = null
    this.#startsPerson = false
    this.#host.previewBox(null)
    return busy
  }

  override act(action: ToolAction): boolean {
    if (action === 'cancel') return this.cancel()
    const box = this.#host.person()?.box ?? null
    if (typeof action !== 'object' || box === null) return false
    const image = { width: this.#host.imageWidth, height: this.#host.imageHeight }
    this.#host.setBox(moveBox(box, action.nudge.x, action.nudge.y, image))
    return true
  }

  override note(): CursorNote | null {
    return this.#startsPerson && this.#pointer !== null ? { at: this.#pointer.stage, text: 'new person' } : null
  }

  override draw(canvas: ToolCanvas): void {
    const drawn = this.#drag?.changed ?? null
    const box = drawn ?? (this.#startsPerson ? null : (this.#host.person()?.box ?? null))
    if (box !== null) drawHandles(canvas, box, canvas.theme.given, this.#drag?.grip === 'draw')
  }
}
