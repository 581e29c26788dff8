import { ref, type Ref } from 'vue'
import type { Band } from './gridLayout.ts'

const reach = 6

interface Start {
  readonly x: number
  readonly y: number
  readonly add: boolean
}

/** A rectangle drawn with the pointer over scrolled content; `finished` gets it, and whether it adds to the selection. */
export function useBand(scroller: Readonly<Ref<HTMLElement | null>>, finished: (band: Band, add: boolean) => void) {
  const band = ref<Band | null>(null)
  let start: Start | null = null
  let drawn = false

  /** A place of the window in pixels of the scrolled content. */
  function pointOf(event: MouseEvent): { readonly x: number; readonly y: number } {
    const frame = scroller.value?.getBoundingClientRect()
    return {
      x: event.clientX - (frame?.left ?? 0),
      y: event.clientY - (frame?.top ?? 0) + (scroller.value?.scrollTop ?? 0),
    }
  }

  function down(event: PointerEvent): void {
    drawn = false
    const point = pointOf(event)
    const onScrollBar = point.x > (scroller.value?.clientWidth ?? 0)
    if (event.button !== 0 || event.shiftKey || onScrollBar) return
    start = { ...point, add: event.ctrlKey || event.metaKey }
  }

  function move(event: PointerEvent): void {
    if (start === null) return
    const to = pointOf(event)
    if (band.value === null && Math.hypot(to.x - start.x, to.y - start.y) < reach) return
    if (band.value === null) scroller.value?.setPointerCapture(event.pointerId)
    drawn = true
    band.value = {
      x: Math.min(start.x, to.x),
      y: Math.min(start.y, to.y),
      toX: Math.max(start.x, to.x),
      toY: Math.max(start.y, to.y),
    }
  }

  function up(): void {
    const done = band.value
    const add = start?.add ?? false
    start = null
    band.value = null
    if (done !== null) finished(done, add)
  }

  /** Whether the click that just came only ends a band. */
  function takesClick(): boolean {
    const taken = drawn
    drawn = false
    return taken
  }

  return { band, pointOf, down, move, up, takesClick }
}
