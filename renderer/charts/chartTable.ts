/** The figures behind a chart, as a table: what is saved as CSV and read out instead of the picture. */
export interface ChartTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

/** Spreadsheets run text that begins like this as a formula; names come out of datasets that nobody has vetted. */
const formulaStart = /^[=+\-@\t\r]/

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const text = formulaStart.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** RFC 4180: commas, quotes where needed, CRLF. Numbers keep every digit and a decimal point whatever the locale. */
export function tableToCsv(table: ChartTable): string {
  return [table.columns, ...table.rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

/** A name that every file system takes, from a chart's title. */
export function fileNameOf(title: string, extension: string): string {
  const stem = title
    .normalize('NFKD')
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 80)
  return `${stem === '' ? 'chart' : stem}.${extension}`
}
