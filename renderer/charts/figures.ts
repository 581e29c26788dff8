/** Up to `digits` significant digits in the user's locale; an em dash for what does not exist. */
export function formatFigure(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '—'
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e7)) {
    return value.toLocaleString(undefined, { notation: 'scientific', maximumSignificantDigits: digits })
  }
  return Math.abs(value) >= 10 ** (digits - 1)
    ? value.toLocaleString(undefined, { maximumFractionDigits: Math.abs(value) >= 1000 ? 0 : 1 })
    : value.toLocaleString(undefined, { maximumSignificantDigits: digits })
}
