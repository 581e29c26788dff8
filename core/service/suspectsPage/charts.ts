import { signalFields, signalNames } from '../../ranking/signalFields.ts'
import type { SuspectEntry } from './entry.ts'

/** One bar a signal: how many of the task's labels it exceeds. */
export function signalBars(signals: SuspectEntry['signals']): string {
  const rows = signalNames.flatMap((name) => {
    const reading = signals[name]
    if (reading === undefined || !Number.isFinite(reading.percentile)) return []
    const share = 100 * Math.min(1, Math.max(0, reading.percentile))
    const { title, description } = signalFields[name]
    const level = share >= 95 ? ' high' : ''
    return [
      `<tr title="${description} Here: ${number(reading.value)}."><th scope="row">${title}</th><td class="meter"><i class="fill${level}" style="width:${share.toFixed(1)}%"></i></td><td class="num">p${share >= 99 ? Math.min(99.9, share).toFixed(1) : share.toFixed(0)}</td></tr>`,
    ]
  })
  return rows.length === 0 ? '' : `<table class="signals">${rows.join('')}</table>`
}

const width = 264
const height = 96
const left = 22

/** s over the epochs against the median label; empty where the run had no parameters. */
export function trajectoryChart({ s, median }: SuspectEntry['trajectory']): string {
  const values = [...s, ...median].filter((value) => Number.isFinite(value))
  if (values.length === 0) return ''
  const low = Math.floor(Math.min(-1, ...values))
  const high = Math.ceil(Math.max(1, ...values))
  const epochs = Math.max(s.length, median.length)
  const x = (epoch: number): number => left + (epochs < 2 ? 0 : (epoch / (epochs - 1)) * (width - left - 4))
  const y = (value: number): number => 6 + ((high - value) / (high - low)) * (height - 24)
  const grid = [low, 0, high].map(
    (value) =>
      `<line class="grid" x1="${left}" x2="${width}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/><text x="${left - 5}" y="${(y(value) + 3.5).toFixed(1)}" text-anchor="end">${value}</text>`,
  )
  const line = (points: readonly number[], kind: string): string => {
    let path = ''
    points.forEach((value, epoch) => {
      if (!Number.isFinite(value)) return
      const joined = epoch > 0 && Number.isFinite(points[epoch - 1])
      path += `${joined ? 'L' : 'M'}${x(epoch).toFixed(1)} ${y(value).toFixed(1)}`
    })
    return path === '' ? '' : `<path class="${kind}" d="${path}"/>`
  }
  const axis = `<text x="${left}" y="${height - 3}">epoch 1</text><text x="${width - 2}" y="${height - 3}" text-anchor="end">${epochs}</text>`
  return `<svg class="trajectory" viewBox="0 0 ${width} ${height}" role="img" aria-label="s over training against the median">${grid.join('')}${line(median, 'median')}${line(s, 'own')}${axis}</svg><p class="key"><i class="own"></i>this label <i class="median"></i>median label</p>`
}

/** A number as people read it: three significant digits, no exponent for ordinary sizes. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  return size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(1) : String(Number(value.toPrecision(3)))
}
