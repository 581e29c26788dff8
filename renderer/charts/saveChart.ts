import { fileNameOf, tableToCsv, type ChartTable } from './chartTable.ts'
import { readToken } from './themeColours.ts'

/** Hands a file to the browser's downloads. */
function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The download reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

export function saveTable(title: string, table: ChartTable): void {
  saveBlob(fileNameOf(title, 'csv'), new Blob([tableToCsv(table)], { type: 'text/csv;charset=utf-8' }))
}

export interface LegendEntry {
  readonly name: string
  readonly colour: string
}

const margin = 16
const titleHeight = 30
const legendHeight = 24

/**
 * Saves what a chart's canvas shows as a PNG in the theme of the moment, with its title above and its legend below, at the
 * resolution of the screen.
 */
export function savePicture(title: string, plot: HTMLCanvasElement, legend: readonly LegendEntry[]): void {
  const ratio = plot.clientWidth > 0 ? plot.width / plot.clientWidth : 1
  const picture = document.createElement('canvas')
  const [width, height] = [plot.width / ratio, plot.height / ratio]
  picture.width = Math.round((width + 2 * margin) * ratio)
  picture.height = Math.round((height + titleHeight + (legend.length > 0 ? legendHeight : 0) + 2 * margin) * ratio)
  const pen = picture.getContext('2d')
  if (pen === null) return
  pen.scale(ratio, ratio)
  pen.fillStyle = readToken('--bg-1')
  pen.fillRect(0, 0, picture.width, picture.height)
  pen.fillStyle = readToken('--text-1')
  pen.textBaseline = 'middle'
  pen.font = `600 14px ${readToken('--font')}`
  pen.fillText(title, margin, margin + 8)
  pen.drawImage(plot, margin, margin + titleHeight, width, height)
  pen.font = `12px ${readToken('--font')}`
  let x = margin
  for (const { name, colour } of legend) {
    const y = margin + titleHeight + height + legendHeight / 2 + 4
    pen.fillStyle = colour
    pen.fillRect(x, y - 2, 12, 3)
    pen.fillStyle = readToken('--text-2')
    pen.fillText(name, x + 18, y)
    x += 18 + pen.measureText(name).width + 18
  }
  picture.toBlob((blob) => {
    if (blob !== null) saveBlob(fileNameOf(title, 'png'), blob)
  }, 'image/png')
}
