/** Numbers, dates and sizes as the user's locale writes them. */
const count = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 })
const finePercent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 })
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })

/** A whole number: 16536 → "16,536". */
export function formatCount(value: number): string {
  return count.format(value)
}

/** A share of one: 0.61 → "61%"; below ten percent with a decimal. */
export function formatPercent(share: number): string {
  return share > 0 && share < 0.1 ? finePercent.format(share) : percent.format(share)
}

/** A measured value with so many significant digits: 0.01234 → "0.0123". */
export function formatValue(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–'
  return new Intl.NumberFormat(undefined, { maximumSignificantDigits: digits }).format(value)
}

/** Bytes in steps of 1000: 262144 → "262 kB". */
export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** step
  return new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit: units[step],
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value)
}

/** A date and time: "14 Nov 2026, 10:12". */
export function formatMoment(date: Date | string): string {
  return moment.format(typeof date === 'string' ? new Date(date) : date)
}

const spans: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** How long ago: "3 hours ago". */
export function formatAgo(date: Date | string, now = Date.now()): string {
  const seconds = ((typeof date === 'string' ? new Date(date) : date).getTime() - now) / 1000
  const span = spans.find(([, length]) => Math.abs(seconds) >= length)
  return span === undefined ? 'just now' : relative.format(Math.trunc(seconds / span[1]), span[0])
}

/** A length of time: 372 → "6 min 12 s"; above an hour without seconds. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  if (hours > 0) return `${formatCount(hours)} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`
}
