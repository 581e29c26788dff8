import type { Point, Viewport } from './viewport.ts'

/** One moment of the pointer, in pixels of the stage and of the image. */
export interface PointerMoment {
  readonly stage: Point
  readonly image: Point
  /** 0 … 1 of a pen; 1 of everything else. */
  readonly pressure: number
  readonly shift: boolean
  readonly alt: boolean
  /** Ctrl, ⌘ on a Mac. */
  readonly mod: boolean
}

export interface PointerTarget {
  down(moment: PointerMoment): void
  /** `between`: where the pointer was since the last call, oldest first, the present moment last. */
  drag(moment: PointerMoment, between: readonly PointerMoment[]): void
  up(moment: PointerMoment): void
  /** Moved without a button; null: left the stage. */
  hover(moment: PointerMoment | null): void
  /** The gesture is given up: the pointer was taken away, or a second finger touched. */
  cancel(): void
  /** Alt+wheel: up is positive. */
  turn(steps: number): void
}

/**
 * Turns the events of a stage into gestures: the first button is the tool's; the middle one, or the first with Space held,
 * pans; the wheel zooms at the cursor; two fingers pan and zoom.
 */
export class PointerInput {
  readonly #element: HTMLElement
  readonly #viewport: Viewport
  readonly #target: PointerTarget
  readonly #abort = new AbortController()
  readonly #touches = new Map<number, Point>()
  #gesture: { readonly pointer: number; readonly pans: boolean } | null = null
  #last: Point = { x: 0, y: 0 }
  #space = false
  #pannedWithSpace = false
  readonly #onSpace: (held: boolean) => void

  /** @param onSpace told when Space goes down and up, for the cursor */
  constructor(element: HTMLElement, viewport: Viewport, target: PointerTarget, onSpace: (held: boolean) => void) {
    this.#element = element
    this.#viewport = viewport
    this.#target = target
    this.#onSpace = onSpace
    const { signal } = this.#abort
    element.addEventListener('pointerdown', (event) => this.#down(event), { signal })
    element.addEventListener('pointermove', (event) => this.#move(event), { signal })
    element.addEventListener('pointerup', (event) => this.#up(event), { signal })
    element.addEventListener('pointercancel', (event) => this.#lost(event), { signal })
    element.addEventListener('pointerleave', () => this.#gesture === null && target.hover(null), { signal })
    element.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false })
    element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal })
  }

  /** Space went down: the first button pans until it is let go. */
  holdSpace(): void {
    if (this.#space) return
    this.#space = true
    this.#pannedWithSpace = false
    this.#onSpace(true)
  }

  /** Space was let go. @returns whether it was pressed for its own sake, nothing having been panned */
  releaseSpace(): boolean {
    const alone = this.#space && !this.#pannedWithSpace
    this.#space = false
    this.#onSpace(false)
    return alone
  }

  /** Whether a button is down on the stage. */
  get busy(): boolean {
    return this.#gesture !== null
  }

  close(): void {
    this.#abort.abort()
  }

  #moment(event: PointerEvent): PointerMoment {
    const stage = this.#place(event)
    return {
      stage,
      image: this.#viewport.toImage(stage),
      pressure: event.pointerType === 'pen' && event.pressure > 0 ? event.pressure : 1,
      shift: event.shiftKey,
      alt: event.altKey,
      mod: event.ctrlKey || event.metaKey,
    }
  }

  #place(event: MouseEvent): Point {
    const frame = this.#element.getBoundingClientRect()
    return { x: event.clientX - frame.left, y: event.clientY - frame.top }
  }

  #down(event: PointerEvent): void {
    if (event.pointerType === 'touch') {
      this.#touches.set(event.pointerId, this.#place(event))
      if (this.#touches.size === 2) return this.#beginPinch()
      if (this.#touches.size > 2) return
    }
    const pans = event.button === 1 || (event.button === 0 && this.#space)
    if (this.#gesture !== null || (event.button !== 0 && !pans)) return
    this.#element.setPointerCapture(event.pointerId)
    this.#gesture = { pointer: event.pointerId, pans }
    this.#last = this.#place(event)
    if (pans) this.#pannedWithSpace = true
    else this.#target.down(this.#moment(event))
  }

  #beginPinch(): void {
    if (this.#gesture !== null && !this.#gesture.pans) this.#target.cancel()
    this.#gesture = null
  }

  #move(event: PointerEvent): void {
    if (event.pointerType === 'touch' && this.#touches.size === 2) return this.#pinch(event)
    const gesture = this.#gesture
    if (gesture === null) return this.#target.hover(this.#moment(event))
    if (gesture.pointer !== event.pointerId) return
    const place = this.#place(event)
    if (gesture.pans) this.#viewport.pan(place.x - this.#last.x, place.y - this.#last.y)
    else {
      const merged = event.getCoalescedEvents().map((each) => this.#moment(each))
      const moment = this.#moment(event)
      this.#target.drag(moment, merged.length > 0 ? merged : [moment])
    }
    this.#last = place
  }

  #pinch(event: PointerEvent): void {
    const before = [...this.#touches.values()]
    this.#touches.set(event.pointerId, this.#place(event))
    const after = [...this.#touches.values()]
    const middle = ([a, b]: readonly Point[]): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
    const apart = ([a, b]: readonly Point[]): number => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y))
    const [from, to] = [middle(before), middle(after)]
    this.#viewport.pan(to.x - from.x, to.y - from.y)
    this.#viewport.zoom(apart(after) / apart(before), to)
  }

  #up(event: PointerEvent): void {
    this.#touches.delete(event.pointerId)
    const gesture = this.#gesture
    if (gesture === null || gesture.pointer !== event.pointerId) return
    this.#gesture = null
    if (!gesture.pans) this.#target.up(this.#moment(event))
  }

  #lost(event: PointerEvent): void {
    this.#touches.delete(event.pointerId)
    const gesture = this.#gesture
    if (gesture === null || gesture.pointer !== event.pointerId) return
    this.#gesture = null
    if (!gesture.pans) this.#target.cancel()
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault()
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
    if (event.altKey) {
      // Some systems turn Alt+wheel sideways.
      const turned = event.deltaY === 0 ? event.deltaX : event.deltaY
      if (turned !== 0) this.#target.turn(-Math.sign(turned))
      return
    }
    this.#viewport.zoom(Math.exp((-event.deltaY * pixels) / 400), this.#place(event))
  }
}
