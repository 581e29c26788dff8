import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue'
import type { BrowseRow, BrowseUnit } from '../../../core/api/browse.ts'
import { overlayTheme, type OverlayTheme } from '../../overlays/colours.ts'
import type { OverlayOptions } from '../../overlays/drawPerson.ts'
import { cropUrl, gridCrop, thumbUrl } from '../../overlays/mediaUrls.ts'
import { PictureCache } from '../../overlays/pictureCache.ts'
import { useAppearance } from '../../stores/appearance.ts'
import { drawTile, tileRadius, type TileSize, type TileStyle } from './drawTile.ts'
import { placeOf, rowsBetween, type GridLayout, type TilePlace } from './gridLayout.ts'
import type { PeopleList } from './peopleList.ts'
import type { Selection } from './selection.ts'
import { TileCanvases } from './tileCanvases.ts'
import { TileLabels } from './tileLabels.ts'
import { readMarkColours, type MarkColours } from './tileMarks.ts'

export interface GridLook {
  readonly project: string
  readonly list: PeopleList
  readonly selection: Selection
  readonly unit: BrowseUnit
  /** Names of tasks whose labels are drawn. */
  readonly overlays: readonly string[]
  readonly box: boolean
  readonly opacity: number
}

export interface GridView {
  readonly scroller: Readonly<Ref<HTMLElement | null>>
  readonly canvas: Readonly<Ref<HTMLCanvasElement | null>>
  readonly layout: Readonly<Ref<GridLayout>>
  /** Of the viewport, CSS pixels. */
  readonly width: Readonly<Ref<number>>
  readonly height: Readonly<Ref<number>>
  readonly focused: Readonly<Ref<number>>
}

interface Colours {
  readonly background: string
  readonly text: string
  readonly accent: string
  readonly marks: MarkColours
  readonly overlay: OverlayTheme
}

/** Rows an event beyond which pictures rush past unseen: nothing is asked for until it is slower. */
const rushingRows = 3
const restMs = 30
const rushMs = 120
/** Of a picture with a crowd in it. */
const mostPeopleOfTile = 20
/** Screens of drawn tiles that are kept for scrolling back and forth. */
const keptScreens = 3

/**
 * Draws the tiles in sight on one canvas, which stands still behind the scrolled content, and loads their pictures and
 * labels. A frame costs a copy a tile, whatever lies under it: nothing is mounted while scrolling.
 */
export function useGridPainter(look: GridLook, view: GridView) {
  const { scroller, canvas, layout, width, height } = view
  const appearance = useAppearance()
  const labels = new TileLabels(192)
  const pictures = new PictureCache(() => schedule())
  const tiles = new TileCanvases()
  let colours: Colours | null = null
  let ratio = 1
  let epoch = 0
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | null = null
  let lastTop = 0
  let topTile = 0

  function urlOf(row: BrowseRow): string {
    const size = Math.max(layout.value.tileWidth, layout.value.tileHeight) * ratio
    return look.unit === 'people'
      ? cropUrl(look.project, row, { size, ...gridCrop })
      : thumbUrl(look.project, row.image, size)
  }

  function schedule(): void {
    if (frame === 0) frame = requestAnimationFrame(paint)
  }

  function overlayOptions(theme: OverlayTheme, { width: across, height: down }: TileSize): OverlayOptions {
    return {
      theme,
      tasks: new Set(look.overlays),
      box: look.box,
      opacity: look.opacity,
      limb: Math.min(3, Math.max(1.2, across / 75)),
      chips: look.unit === 'people' ? { left: 0, top: 0, width: across, height: down - 14 } : null,
      font: '10.5px "Inter Variable", sans-serif',
    }
  }

  /** The canvas of the viewport's size, cleared; null while there is nothing to draw on. */
  function clearedContext(): CanvasRenderingContext2D | null {
    const target = canvas.value
    const context = target?.getContext('2d')
    if (target === null || context === null || context === undefined) return null
    ratio = Math.min(2, globalThis.devicePixelRatio || 1)
    const [across, down] = [Math.round(width.value * ratio), Math.round(height.value * ratio)]
    if (target.width !== across || target.height !== down) {
      target.width = across
      target.height = down
    }
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, across, down)
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    return context
  }

  function paint(): void {
    frame = 0
    const context = clearedContext()
    const element = scroller.value
    if (context === null || element === null || colours === null) return
    const { columns, tileWidth, tileHeight, total } = layout.value
    const top = element.scrollTop
    const size: TileSize = { width: tileWidth, height: tileHeight, ratio }
    const { background, text, marks, overlay } = colours
    const style: TileStyle = { background, text, marks, overlay: overlayOptions(overlay, size) }
    const focusShown = element.matches(':focus-visible')
    const rows = rowsBetween(layout.value, top, top + height.value)
    topTile = rows.first * columns
    for (let index = topTile; index < Math.min(total, rows.end * columns); index++) {
      const place = placeOf(layout.value, index)
      // Whole device pixels: pictures stay sharp.
      const at = { left: place.left, top: Math.round((place.top - top) * ratio) / ratio }
      const row = look.list.row(index)
      if (row === undefined) fillTile(context, at, size, background)
      else context.drawImage(tileCanvas(index, row, size, style), at.left, at.top, tileWidth, tileHeight)
      const selected = row !== undefined && look.selection.isSelected(row)
      drawRing(context, at, size, { selected, focused: index === view.focused.value, focusShown })
    }
    tiles.keep(keptScreens * (rows.end - rows.first + 1) * columns)
  }

  function tileCanvas(index: number, row: BrowseRow, size: TileSize, style: TileStyle): HTMLCanvasElement {
    const picture = pictures.get(urlOf(row))
    const people = row.people.flatMap((person) => labels.get(person) ?? [])
    const known = picture === undefined ? 0 : picture instanceof ImageBitmap ? 1 : 2
    const who = `${row.image} ${row.person} ${row.states} ${row.key} ${row.suspect}`
    const key = `${who} ${known} ${people.length} ${epoch} ${look.unit} ${size.width} ${ratio} ${look.opacity}`
    return tiles.get(index, key, (target) =>
      drawTile(target, { row, picture, people, tasks: labels.tasks.value }, look.unit, size, style),
    )
  }

  function fillTile(context: CanvasRenderingContext2D, at: TilePlace, size: TileSize, colour: string): void {
    context.fillStyle = colour
    context.beginPath()
    context.roundRect(at.left, at.top, size.width, size.height, tileRadius)
    context.fill()
  }

  interface Ring {
    readonly selected: boolean
    readonly focused: boolean
    /** Whether the keyboard's focus is on the grid. */
    readonly focusShown: boolean
  }

  function drawRing(context: CanvasRenderingContext2D, at: TilePlace, size: TileSize, ring: Ring): void {
    if (colours === null || (!ring.selected && !ring.focused)) return
    const outline = (inset: number, line: number, colour: string, alpha = 1): void => {
      context.globalAlpha = alpha
      context.strokeStyle = colour
      context.lineWidth = line
      context.beginPath()
      const by = inset + line / 2
      context.roundRect(at.left + by, at.top + by, size.width - 2 * by, size.height - 2 * by, tileRadius - inset / 2)
      context.stroke()
      context.globalAlpha = 1
    }
    if (ring.selected) {
      context.globalAlpha = 0.16
      fillTile(context, at, size, colours.accent)
      outline(0, 3, colours.accent)
    }
    if (!ring.focused) return
    if (!ring.focusShown) return outline(0, 1, colours.accent, 0.7)
    outline(0, 3, colours.accent)
    outline(3, 2, colours.background)
    outline(5, 2, colours.accent)
  }

  /** Asks for what is in sight: soon when at rest or slow, else when the rush is over. */
  function moved(): void {
    schedule()
    const top = scroller.value?.scrollTop ?? 0
    const rushing = Math.abs(top - lastTop) > rushingRows * layout.value.rowHeight
    lastTop = top
    if (rushing && timer !== null) {
      clearTimeout(timer)
      timer = null
    }
    timer ??= setTimeout(load, rushing ? rushMs : restMs)
  }

  function load(): void {
    timer = null
    const { columns, total } = layout.value
    const top = scroller.value?.scrollTop ?? 0
    const rows = rowsBetween(layout.value, top, top + height.value)
    const [first, end] = [rows.first * columns, Math.min(total, rows.end * columns)]
    look.list.ensure(first, Math.max(first, end - 1 + 2 * columns))
    const wanted: BrowseRow[] = []
    for (let index = first; index < end + columns; index++) {
      const row = look.list.row(index)
      if (row !== undefined) wanted.push(row)
    }
    pictures.want(wanted.map(urlOf))
    if (look.overlays.length > 0 || look.box) {
      const people = wanted.flatMap((row) => row.people.slice(0, mostPeopleOfTile))
      labels.want(look.project, people, look.overlays)
    }
    schedule()
  }

  /** Labels are asked for anew: they may have changed. */
  function refreshLabels(): void {
    labels.clear()
    epoch++
    load()
  }

  function readTheme(): void {
    if (scroller.value === null) return
    const style = getComputedStyle(scroller.value)
    const token = (name: string): string => style.getPropertyValue(name).trim()
    colours = {
      background: token('--picture'),
      text: token('--mark-quiet'),
      accent: token('--accent'),
      marks: readMarkColours(style),
      overlay: overlayTheme(scroller.value),
    }
    epoch++
    schedule()
  }

  watch([look.list.arrivals, labels.arrivals], load, { flush: 'post' })
  watch(look.list.renewals, refreshLabels, { flush: 'post' })
  watch(() => [look.overlays.join('\n'), look.box], refreshLabels, { flush: 'post' })
  watch([() => look.opacity, width, height], moved, { flush: 'post' })
  watch(
    layout,
    (now, former) => {
      // Tiles of another size: what was at the top stays there.
      const reshaped = now.columns !== former.columns || now.rowHeight !== former.rowHeight
      if (reshaped && topTile > 0 && scroller.value !== null) scroller.value.scrollTop = placeOf(now, topTile).top
      moved()
    },
    { flush: 'post' },
  )
  watch([look.selection.ids, look.selection.all, view.focused], schedule, { flush: 'post' })
  watch(() => appearance.resolved, readTheme, { flush: 'post' })
  onMounted(() => {
    readTheme()
    moved()
    // Words that were drawn before their font was there are drawn again.
    void document.fonts.ready.then(readTheme)
  })
  onBeforeUnmount(() => {
    if (timer !== null) clearTimeout(timer)
    cancelAnimationFrame(frame)
    labels.clear()
    pictures.clear()
    tiles.clear()
  })
  return { moved, schedule, refreshLabels, error: labels.error }
}
