import { onBeforeUnmount, onMounted, shallowRef, watch, type Ref } from 'vue'
import type { BrowseRow, BrowseUnit } from '../../../core/api/browse.ts'
import type { OverlayOptions } from '../../overlays/drawPerson.ts'
import { overlayTheme, type OverlayTheme } from '../../overlays/colours.ts'
import { cropUrl, gridCrop, thumbUrl } from '../../overlays/mediaUrls.ts'
import { PictureCache } from '../../overlays/pictureCache.ts'
import { tokenColour, useAppearance } from '../../stores/appearance.ts'
import { drawTile } from './drawTile.ts'
import type { PeopleList } from './peopleList.ts'
import { TileLabels } from './tileLabels.ts'

export interface GridLook {
  readonly project: string
  readonly list: PeopleList
  readonly unit: BrowseUnit
  /** Names of tasks whose labels are drawn. */
  readonly overlays: readonly string[]
  readonly box: boolean
  readonly opacity: number
}

export interface GridGeometry {
  readonly scroller: Readonly<Ref<HTMLElement | null>>
  readonly columns: Readonly<Ref<number>>
  /** CSS pixels. */
  readonly tileWidth: Readonly<Ref<number>>
  readonly tileHeight: Readonly<Ref<number>>
  readonly rowHeight: Readonly<Ref<number>>
  readonly height: Readonly<Ref<number>>
  /** Indices of the rows that have elements. */
  readonly rows: () => readonly number[]
  /** Number of the element that shows a row just now. */
  readonly slotOf: (row: number) => number
}

/** Rows an event beyond which pictures rush past unseen: nothing is asked for until it is slower. */
const rushingRows = 3
const restMs = 30
const rushMs = 120
/** Of a picture with a crowd in it. */
const mostPeopleOfTile = 20

/** Draws the tiles of a grid into their canvases, and loads pictures and labels of what is in sight. */
export function useGridPainter(look: GridLook, geometry: GridGeometry) {
  const { scroller, columns, tileWidth, tileHeight, rowHeight, height } = geometry
  const appearance = useAppearance()
  const labels = new TileLabels(192)
  const pictures = new PictureCache(() => schedule())
  const theme = shallowRef<OverlayTheme | null>(null)
  const ratio = Math.min(2, globalThis.devicePixelRatio || 1)
  const canvases = new Map<number, HTMLCanvasElement>()
  const painted = new WeakMap<HTMLCanvasElement, string>()
  let epoch = 0
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | null = null
  let lastTop = 0

  function urlOf(row: BrowseRow): string {
    const size = Math.max(tileWidth.value, tileHeight.value) * ratio
    return look.unit === 'people'
      ? cropUrl(look.project, row, { size, ...gridCrop })
      : thumbUrl(look.project, row.image, size)
  }

  function schedule(): void {
    if (frame === 0) frame = requestAnimationFrame(paint)
  }

  function overlayOptions(): OverlayOptions | null {
    if (theme.value === null) return null
    return {
      theme: theme.value,
      tasks: new Set(look.overlays),
      box: look.box,
      opacity: look.opacity,
      limb: Math.min(3, Math.max(1.2, tileWidth.value / 75)),
      chips: look.unit === 'people' ? { left: 0, top: 0, width: tileWidth.value, height: tileHeight.value - 14 } : null,
      font: '10.5px "Inter Variable", sans-serif',
    }
  }

  /** Draws the tiles whose content has changed. */
  function paint(): void {
    frame = 0
    const total = look.list.total.value ?? 0
    const colours = { background: tokenColour('--picture'), text: tokenColour('--side-mid') }
    const size = { width: tileWidth.value, height: tileHeight.value, ratio }
    const overlay = overlayOptions()
    for (const virtualRow of geometry.rows()) {
      for (let column = 0; column < columns.value; column++) {
        const index = virtualRow * columns.value + column
        const canvas = canvases.get(geometry.slotOf(virtualRow) * columns.value + column)
        if (canvas === undefined || index >= total) continue
        const row = look.list.row(index)
        const picture = row === undefined ? undefined : pictures.get(urlOf(row))
        const people = row?.people.flatMap((person) => labels.get(person) ?? []) ?? []
        const known = picture === undefined ? 0 : picture instanceof ImageBitmap ? 1 : 2
        const who = row === undefined ? 'nobody' : `${row.image} ${row.person} ${row.states}`
        const key = `${who} ${known} ${people.length} ${epoch} ${look.unit} ${tileWidth.value} ${look.opacity}`
        if (painted.get(canvas) === key) continue
        painted.set(canvas, key)
        const content = { row, picture, people, tasks: labels.tasks.value }
        drawTile(canvas, content, look.unit, size, overlay, colours)
      }
    }
  }

  /** Asks for what is in sight: soon when at rest or slow, else when the rush is over. */
  function moved(): void {
    schedule()
    const top = scroller.value?.scrollTop ?? 0
    const rushing = Math.abs(top - lastTop) > rushingRows * rowHeight.value
    lastTop = top
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(load, rushing ? rushMs : restMs)
  }

  function load(): void {
    timer = null
    const total = look.list.total.value ?? 0
    const top = scroller.value?.scrollTop ?? 0
    const first = Math.max(0, Math.floor(top / rowHeight.value)) * columns.value
    const last = Math.min(total, Math.ceil((top + height.value) / rowHeight.value) * columns.value) - 1
    look.list.ensure(first, Math.max(first, last + 2 * columns.value))
    const rows: BrowseRow[] = []
    for (let index = first; index <= last + columns.value; index++) {
      const row = look.list.row(index)
      if (row !== undefined) rows.push(row)
    }
    pictures.want(rows.map(urlOf))
    if (look.overlays.length > 0 || look.box) {
      const people = rows.flatMap((row) => row.people.slice(0, mostPeopleOfTile))
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
    if (scroller.value !== null) theme.value = overlayTheme(scroller.value)
    epoch++
    schedule()
  }

  function setCanvas(slot: number, element: unknown): void {
    if (element instanceof HTMLCanvasElement) canvases.set(slot, element)
    else canvases.delete(slot)
  }

  watch(geometry.rows, moved, { flush: 'post' })
  watch([look.list.arrivals, labels.arrivals], load, { flush: 'post' })
  watch(look.list.renewals, refreshLabels, { flush: 'post' })
  watch(() => [look.overlays.join('\n'), look.box], refreshLabels, { flush: 'post' })
  watch(() => [look.opacity, tileWidth.value, look.unit], moved, { flush: 'post' })
  watch(() => appearance.resolved, readTheme, { flush: 'post' })
  onMounted(() => {
    readTheme()
    moved()
  })
  onBeforeUnmount(() => {
    if (timer !== null) clearTimeout(timer)
    cancelAnimationFrame(frame)
    labels.clear()
    pictures.clear()
  })
  return { setCanvas, refreshLabels, error: labels.error }
}
