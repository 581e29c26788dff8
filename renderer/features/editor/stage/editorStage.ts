import Konva from 'konva/lib/Core.js'
import { Image as KonvaImage } from 'konva/lib/shapes/Image.js'
import type { Layer } from 'konva/lib/Layer.js'
import type { Rectangle } from '../../../overlays/transform.ts'
import { Viewport } from './viewport.ts'

/** Draws one layer's content in CSS pixels of the stage. */
export type Painter = (context: CanvasRenderingContext2D) => void

/** The layers above the picture, lowest first. `tool` is drawn at each move of the pointer, the others when they change. */
export const paintedLayers = ['rasters', 'others', 'labels', 'tool'] as const
export type PaintedLayer = (typeof paintedLayers)[number]

/**
 * The stage of one image: the picture, and over it layers that are painted in one go each. Nothing on it listens: what lies
 * under the pointer is worked out from the labels, which are no shapes of Konva's and of which there may be thousands.
 */
export class EditorStage {
  readonly viewport: Viewport
  readonly #stage: Konva.Stage
  readonly #pictureLayer: Layer
  readonly #picture: KonvaImage
  readonly #layers: Readonly<Record<PaintedLayer, Layer>>
  readonly #moved: () => void
  /** Konva draws layers as they are added, before whoever paints them is ready. */
  #sized = false
  readonly #painters: Readonly<Record<PaintedLayer, Painter>>
  /** What the next frame draws again: of a layer a rectangle of the image, or 'all' of it. */
  readonly #stale = new Map<PaintedLayer, Rectangle | 'all'>()
  #frame = 0

  /** @param painters what each layer shows @param moved called after zooming, panning and resizing */
  constructor(container: HTMLDivElement, painters: Readonly<Record<PaintedLayer, Painter>>, moved: () => void) {
    this.#moved = moved
    this.#painters = painters
    this.viewport = new Viewport(() => this.#transformed())
    this.#stage = new Konva.Stage({ container, width: 1, height: 1, listening: false })
    this.#pictureLayer = new Konva.Layer({ listening: false })
    this.#picture = new KonvaImage({ image: undefined, listening: false, perfectDrawEnabled: false })
    this.#pictureLayer.add(this.#picture)
    this.#stage.add(this.#pictureLayer)
    const painted = (painter: Painter): Layer => {
      const layer = new Konva.Layer({ listening: false })
      const sceneFunc = (context: { readonly _context: CanvasRenderingContext2D }): void => {
        if (this.#sized) painter(context._context)
      }
      layer.add(new Konva.Shape({ sceneFunc, listening: false, perfectDrawEnabled: false }))
      this.#stage.add(layer)
      return layer
    }
    this.#layers = {
      rasters: painted(painters.rasters),
      others: painted(painters.others),
      labels: painted(painters.labels),
      tool: painted(painters.tool),
    }
  }

  resize(width: number, height: number): void {
    this.#sized = true
    this.#stage.size({ width, height })
    this.viewport.resize(width, height)
  }

  /** Shows another picture; `width` × `height` are those of the image, whatever the bitmap's own are. */
  setPicture(bitmap: ImageBitmap | null, width: number, height: number): void {
    this.#picture.setAttrs({ image: bitmap ?? undefined, width, height, visible: bitmap !== null })
    this.#pictureLayer.batchDraw()
  }

  /** Brightness and contrast of the picture alone, −100 … 100, 0 as it is. The compositor does it: nothing is drawn again. */
  adjust(brightness: number, contrast: number): void {
    const canvas = this.#pictureLayer.getNativeCanvasElement()
    const factor = (value: number): number => (value >= 0 ? 1 + value / 50 : 1 + value / 100)
    const plain = brightness === 0 && contrast === 0
    canvas.style.filter = plain ? '' : `brightness(${factor(brightness)}) contrast(${factor(contrast)})`
  }

  /** Draws layers again in the next frame. */
  redraw(...layers: readonly PaintedLayer[]): void {
    for (const name of layers) this.#stale.set(name, 'all')
    this.#schedule()
  }

  /**
   * Draws what lies in a rectangle of the image again in the next frame, and leaves the rest of the layer as it is: a stroke
   * on a large mask costs what it touches.
   */
  redrawWithin(name: PaintedLayer, rectangle: Rectangle): void {
    const known = this.#stale.get(name)
    if (known !== 'all') this.#stale.set(name, known === undefined ? rectangle : around(known, rectangle))
    this.#schedule()
  }

  #schedule(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      const stale = [...this.#stale]
      this.#stale.clear()
      for (const [name, what] of stale) {
        if (what === 'all') this.#layers[name].drawScene()
        else this.#paintWithin(name, what)
      }
    })
  }

  #paintWithin(name: PaintedLayer, { left, top, width, height }: Rectangle): void {
    const layer = this.#layers[name]
    const ratio = layer.getCanvas().getPixelRatio()
    const from = this.viewport.toStage({ x: left, y: top })
    const to = this.viewport.toStage({ x: left + width, y: top + height })
    // Whole device pixels and one more: what is drawn smoothly reaches beyond its edge.
    const [x, y] = [Math.floor(from.x * ratio) - 1, Math.floor(from.y * ratio) - 1].map((pixel) => pixel / ratio)
    const [right, bottom] = [Math.ceil(to.x * ratio) + 1, Math.ceil(to.y * ratio) + 1].map((pixel) => pixel / ratio)
    const context = layer.getContext()._context
    context.save()
    context.beginPath()
    context.rect(x, y, right - x, bottom - y)
    context.clip()
    context.clearRect(x, y, right - x, bottom - y)
    if (this.#sized) this.#painters[name](context)
    context.restore()
  }

  /** Opacity of the masks and depth maps, 0 … 1. */
  setRasterOpacity(opacity: number): void {
    this.#layers.rasters.getNativeCanvasElement().style.opacity = String(opacity)
  }

  /** Draws everything now, for measurements and tests of a frame. */
  drawNow(): void {
    this.#stage.draw()
  }

  close(): void {
    cancelAnimationFrame(this.#frame)
    this.#stage.destroy()
  }

  #transformed(): void {
    const { scale, x, y } = this.viewport.transform
    this.#pictureLayer.setAttrs({ scaleX: scale, scaleY: scale, x, y })
    // Pixels show as they are from three times their size on.
    this.#pictureLayer.imageSmoothingEnabled(scale < 3)
    this.#pictureLayer.batchDraw()
    this.redraw(...paintedLayers)
    this.#moved()
  }
}

/** The smallest rectangle around both. */
function around(a: Rectangle, b: Rectangle): Rectangle {
  const [left, top] = [Math.min(a.left, b.left), Math.min(a.top, b.top)]
  const right = Math.max(a.left + a.width, b.left + b.width)
  const bottom = Math.max(a.top + a.height, b.top + b.height)
  return { left, top, width: right - left, height: bottom - top }
}
