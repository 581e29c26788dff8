import type uPlot from 'uplot'
import { formatFigure } from './figures.ts'
import { readToken } from './themeColours.ts'

export interface AxisOptions {
  readonly show?: boolean
  readonly format?: (value: number) => string
  readonly wholeNumbers?: boolean
  readonly size?: number
}

const wholeSteps = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]

/** An axis in the tokens of the moment. */
export function themedAxis({ format, wholeNumbers, size }: AxisOptions = {}): uPlot.Axis {
  return {
    stroke: readToken('--text-3'),
    font: `11px ${readToken('--font')}`,
    size: size ?? 42,
    gap: 4,
    ticks: { show: false },
    border: { show: false },
    grid: { stroke: readToken('--line'), width: 1 },
    ...(wholeNumbers === true ? { incrs: wholeSteps } : {}),
    values: (_plot, splits) =>
      splits.map((value) => (value === null || value === undefined ? '' : (format ?? formatFigure)(value))),
  }
}

/** What the plots have in common: no legend of uPlot's own, a cursor that other charts on the page follow. */
export function themedPlot(width: number, height: number, sync: string | undefined): Omit<uPlot.Options, 'series'> {
  return {
    width,
    height,
    legend: { show: false },
    // On the right half of the last number's width, which stands under the edge.
    padding: [8, 16, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 7 },
      ...(sync === undefined ? {} : { sync: { key: sync } }),
    },
  }
}
