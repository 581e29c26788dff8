export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Rows as text columns, each as wide as its widest cell. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, at) => Math.max(column.title.length, ...rows.map((row) => row[at].length)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (columns[at].align === 'right' ? cell.padStart(widths[at]) : cell.padEnd(widths[at])))
      .join('  ')
      .trimEnd()
  return [line(columns.map((column) => column.title)), ...rows.map(line)].join('\n')
}

/** Thousands separated, as in 2,500. */
export function count(value: number): string {
  return value.toLocaleString('en')
}

/** Four significant digits; a dash where there is no figure. */
export function figure(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? '–' : String(Number(value.toPrecision(4)))
}

/** `parts 600, attributes 500` */
export function counts(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${count(value)}`)
    .join(', ')
}
