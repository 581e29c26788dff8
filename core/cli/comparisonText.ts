import type { ComparedLine, Difference, LineComparison, Spread } from '../api/comparison.ts'
import { count, figure, textTable } from './table.ts'

const right = { align: 'right' } as const

/** `0.4750 ± 0.1061`; the mean alone for one seed. */
function spreadText(spread: Spread | undefined): string {
  if (spread === undefined) return '–'
  return spread.deviation === null
    ? figure(spread.mean)
    : `${figure(spread.mean)} ± ${Number(spread.deviation.toPrecision(2))}`
}

function signedPercent(share: number): string {
  return `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}%`
}

function changeText(change: ComparedLine['change']): string {
  if (change === null) return '–'
  const { mean, deviation } = change
  return deviation === null ? signedPercent(mean) : `${signedPercent(mean)} ± ${(100 * deviation).toFixed(1)}`
}

function millions(value: number | null): string {
  return value === null ? '–' : figure(value / 1e6)
}

/** `+0.045 [−0.018, 0.108]` */
function differenceText(difference: Difference | undefined): string {
  if (difference === undefined) return '–'
  const { mean, low, high } = difference
  // Seeds whose differences cancel out leave a rounding error.
  const shown = Math.abs(mean) < 1e-12 ? 0 : mean
  const text = `${shown > 0 ? '+' : ''}${Number(shown.toPrecision(3))}`
  if (low === null || high === null) return text
  return `${text} [${Number(low.toPrecision(2))}, ${Number(high.toPrecision(2))}]`
}

function mainTable({ tasks, single, lines }: LineComparison): string {
  const hasChange = single.length > 0
  return textTable(
    [
      { title: 'line' },
      { title: 'seeds', ...right },
      ...tasks.map(({ task, metric, better }) => ({
        title: `${task} ${metric} ${better === 'higher' ? '↑' : '↓'}`,
        ...right,
      })),
      ...(hasChange ? [{ title: 'to single-task', ...right }] : []),
      { title: 'M weights', ...right },
      { title: 'M MACs', ...right },
      { title: 'images/s', ...right },
    ],
    lines.map((line) => [
      line.line,
      count(line.seeds.length),
      ...tasks.map(({ task }) => spreadText(line.tasks[task])),
      ...(hasChange ? [changeText(line.change)] : []),
      millions(line.weights),
      millions(line.macs),
      line.imagesPerSecond === null ? '–' : count(Math.round(line.imagesPerSecond)),
    ]),
  )
}

function differencesTable({ tasks, against, lines, single }: LineComparison): string {
  const others = lines.filter(({ line, differences }) => line !== against && Object.keys(differences).length > 0)
  if (against === null || others.length === 0) return ''
  const rows = others.map((line) => [
    line.line,
    ...tasks.map(({ task }) => differenceText(line.differences[task])),
    ...(single.length > 0 ? [differenceText(line.changeDifference ?? undefined)] : []),
  ])
  const columns = [
    { title: `minus ${against}` },
    ...tasks.map(({ task }) => ({ title: task, ...right })),
    ...(single.length > 0 ? [{ title: 'to single-task', ...right }] : []),
  ]
  return `\n\n${textTable(columns, rows)}\ndifferences seed by seed, with Student's 95% interval`
}

/** The papers' table, and the differences to one line. */
export function comparisonText(comparison: LineComparison): string {
  return mainTable(comparison) + differencesTable(comparison)
}

function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return ''
  const text = String(value)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One row a line, all figures in full: means, deviations, differences and their intervals. */
export function comparisonCsv({ tasks, lines }: LineComparison): string {
  const header = [
    'line',
    'seeds',
    'runs',
    ...tasks.flatMap(({ task, metric }) => [
      `${task} ${metric}`,
      `${task} deviation`,
      `${task} difference`,
      `${task} low`,
      `${task} high`,
    ]),
    ...['change', 'change deviation', 'weights', 'macs', 'images per second'],
  ]
  const rows = lines.map((line) => [
    line.line,
    line.seeds.length,
    line.runs.join(' '),
    ...tasks.flatMap(({ task }) => {
      const [spread, difference] = [line.tasks[task], line.differences[task]]
      return [spread?.mean, spread?.deviation, difference?.mean, difference?.low, difference?.high]
    }),
    ...[line.change?.mean, line.change?.deviation, line.weights, line.macs, line.imagesPerSecond],
  ])
  return [header, ...rows].map((row) => row.map(csvCell).join(',')).join('\n')
}
