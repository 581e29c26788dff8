/** One curve. */
export interface LineSeries {
  readonly name: string
  /** The CSS variable of its colour: `seriesToken(n)`. */
  readonly colour: string
  /** One value for each x; null where there is none. */
  readonly values: readonly (number | null)[]
  /** Canvas dash pattern, so that curves of one colour are told apart. */
  readonly dash?: readonly number[]
  /** For comparison, behind the others. */
  readonly faint?: boolean
}

/** A logarithmic axis has no place for zero and below. */
export function hideNonPositive(values: readonly (number | null)[]): (number | null)[] {
  return values.map((value) => (value !== null && value > 0 ? value : null))
}

/** A curve in a sentence: where it starts and ends, its least and greatest value. */
export function describeSeries(
  { name, values }: LineSeries,
  x: readonly number[],
  xName: string,
  format: (value: number) => string,
): string {
  const points = values.flatMap((value, at) => (value === null ? [] : [{ x: x[at], value }]))
  const [first, last] = [points[0], points[points.length - 1]]
  if (first === undefined) return `${name}: no value yet.`
  if (points.length === 1) return `${name}: ${format(first.value)} at ${xName} ${first.x}.`
  const least = points.reduce((a, b) => (b.value < a.value ? b : a))
  const most = points.reduce((a, b) => (b.value > a.value ? b : a))
  return (
    `${name}: from ${format(first.value)} at ${xName} ${first.x} to ${format(last.value)} at ${xName} ${last.x}; ` +
    `lowest ${format(least.value)} at ${least.x}, highest ${format(most.value)} at ${most.x}.`
  )
}

/** The x values of several curves as one ascending list, and each curve's values on it. */
export function alignSeries(
  curves: readonly { readonly x: readonly number[]; readonly values: readonly (number | null)[] }[],
): { x: number[]; values: (number | null)[][] } {
  const x = [...new Set(curves.flatMap((curve) => curve.x))].sort((a, b) => a - b)
  const place = new Map(x.map((value, at) => [value, at]))
  const values = curves.map((curve) => {
    const aligned = new Array<number | null>(x.length).fill(null)
    curve.x.forEach((value, at) => (aligned[place.get(value) ?? 0] = curve.values[at] ?? null))
    return aligned
  })
  return { x, values }
}
