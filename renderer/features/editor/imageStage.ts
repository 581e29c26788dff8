import { ref, shallowRef, watch, type Ref } from 'vue'
import type { DrawnPerson, TaskView } from '../../../core/api/labels.ts'
import { overlayTheme } from '../../overlays/colours.ts'
import { drawBox } from '../../overlays/box.ts'
import { drawPerson } from '../../overlays/drawPerson.ts'
import { fitTransform, placed, zoomedAbout, type ImageTransform, type Rectangle } from '../../overlays/transform.ts'

export interface StageContent {
  readonly picture: ImageBitmap | null
  readonly imageWidth: number
  readonly imageHeight: number
  readonly people: readonly DrawnPerson[]
  readonly tasks: readonly TaskView[]
  /** Whose labels are drawn in full. */
  readonly person: number | null
  readonly shown: ReadonlySet<string>
  readonly box: boolean
  readonly others: boolean
  readonly opacity: number
}

const leastScale = 0.02
const mostScale = 40
const margin = 24

/** Draws an image with its labels into a canvas, zoomed and panned: wheel at the cursor, Space-drag or middle-drag pans. */
export function useImageStage(canvas: Readonly<Ref<HTMLCanvasElement | null>>, content: Ref<StageContent>) {
  const transform = shallowRef<ImageTransform>({ scale: 1, x: 0, y: 0 })
  const size = ref({ width: 0, height: 0 })
  let frame = 0

  function schedule(): void {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }

  function draw(): void {
    frame = 0
    const element = canvas.value
    const context = element?.getContext('2d') ?? null
    if (element === null || context === null) return
    const ratio = globalThis.devicePixelRatio || 1
    const { width, height } = size.value
    if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
      element.width = Math.round(width * ratio)
      element.height = Math.round(height * ratio)
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, width, height)
    const { picture, imageWidth, imageHeight } = content.value
    if (picture !== null) {
      const target = placed({ left: 0, top: 0, width: imageWidth, height: imageHeight }, transform.value)
      // Pixels show as they are from three times their size on.
      context.imageSmoothingEnabled = transform.value.scale < 3
      context.drawImage(picture, target.left, target.top, target.width, target.height)
    }
    drawLabels(context, element)
  }

  function drawLabels(context: CanvasRenderingContext2D, element: Element): void {
    const { people, tasks, person, shown, box, others, opacity } = content.value
    const theme = overlayTheme(element)
    const limb = Math.min(5, Math.max(1.5, transform.value.scale * 3))
    const options = { theme, tasks: shown, box: false, opacity, limb, chips: null, font: '' }
    const mine = people.filter((one) => one.person === person)
    const rest = people.filter((one) => one.person !== person)
    if (others) {
      context.save()
      context.globalAlpha = 0.45
      for (const one of rest) drawPerson(context, one, tasks, transform.value, options)
      context.restore()
    }
    for (const one of mine) drawPerson(context, one, tasks, transform.value, options)
    if (!box) return
    for (const one of rest) {
      if (one.box !== null) drawBox(context, one.box, transform.value, { colour: theme.middle, width: 1 })
    }
    for (const one of mine) {
      if (one.box !== null) drawBox(context, one.box, transform.value, { colour: theme.given })
    }
  }

  function fit(window?: Rectangle): void {
    const { imageWidth, imageHeight } = content.value
    const shown = window ?? { left: 0, top: 0, width: imageWidth, height: imageHeight }
    if (shown.width <= 0 || size.value.width <= 2 * margin) return
    const { width, height } = size.value
    const target = { left: margin, top: margin, width: width - 2 * margin, height: height - 2 * margin }
    transform.value = fitTransform(shown, target)
  }

  function zoom(factor: number, at?: { readonly x: number; readonly y: number }): void {
    const wanted = Math.min(mostScale, Math.max(leastScale, transform.value.scale * factor))
    const point = at ?? { x: size.value.width / 2, y: size.value.height / 2 }
    transform.value = zoomedAbout(transform.value, point, wanted / transform.value.scale)
  }

  function pan(x: number, y: number): void {
    transform.value = { ...transform.value, x: transform.value.x + x, y: transform.value.y + y }
  }

  /** Image pixels under a point of the canvas. */
  function imagePoint(x: number, y: number): { x: number; y: number } {
    const { scale, x: left, y: top } = transform.value
    return { x: (x - left) / scale, y: (y - top) / scale }
  }

  watch([transform, content, size, canvas], schedule, { flush: 'post' })
  return { transform, size, fit, zoom, pan, imagePoint, redraw: schedule, stop: () => cancelAnimationFrame(frame) }
}
