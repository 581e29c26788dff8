import type { AttributesSchema, VectorSchema } from '../../dataset/task.ts'
import { cssColour, partColour } from './colours.ts'
import { number } from './charts.ts'
import { escapeText } from './escape.ts'
import { partsPresent } from './rasters.ts'

/** Given against predicted, disagreements first. */
export function attributesTable(
  schema: AttributesSchema,
  given: Int8Array,
  predicted: Float32Array | null,
  worst: number,
): string {
  const rows = schema.attributes.map((name, a) => {
    const value = given[a]
    const belief = predicted?.[a] ?? NaN
    const known = value === 0 || value === 1
    return { name, a, value, belief, known, doubt: known && belief === belief ? Math.abs(value - belief) : -1 }
  })
  rows.sort((p, q) => q.doubt - p.doubt || p.a - q.a)
  const body = rows.map(({ name, a, value, belief, known, doubt }) => {
    const state = doubt > 0.5 ? ' class="disagrees"' : known ? '' : ' class="unknown"'
    const mark = a === worst ? ' <span class="chip">worst</span>' : ''
    const bar =
      belief === belief
        ? `<td class="meter"><i class="fill predicted" style="width:${(100 * Math.min(1, Math.max(0, belief))).toFixed(0)}%"></i></td><td class="num">${(100 * belief).toFixed(0)}%</td>`
        : '<td class="meter"></td><td class="num">–</td>'
    return `<tr${state}><th scope="row">${escapeText(name)}${mark}</th><td class="given">${known ? (value === 1 ? 'yes' : 'no') : 'not annotated'}</td>${bar}</tr>`
  })
  return `<div class="scroll"><table class="compare"><thead><tr><th scope="col">attribute</th><th scope="col" class="given">given</th><th scope="col" class="predicted" colspan="2">model says yes</th></tr></thead><tbody>${body.join('')}</tbody></table></div>`
}

const vectorRows = 24

/** The entries that differ most, as two bars on a common scale around 0. */
export function vectorTable(schema: VectorSchema, given: Float32Array, predicted: Float32Array | null): string {
  const entries = schema.components
    .map((name, d) => ({ name, given: given[d], predicted: predicted?.[d] ?? NaN }))
    .filter((entry) => entry.given === entry.given)
    .map((entry) => ({ ...entry, gap: Math.abs(entry.given - entry.predicted) }))
    .sort((a, b) => (b.gap === b.gap ? b.gap : -1) - (a.gap === a.gap ? a.gap : -1))
  const largest = entries.reduce((m, { given: g, predicted: p }) => Math.max(m, Math.abs(g), Math.abs(p) || 0), 1e-9)
  const bar = (value: number, kind: string): string => {
    if (value !== value) return ''
    const length = (50 * Math.min(largest, Math.abs(value))) / largest
    return `<i class="${kind}" style="left:${(value < 0 ? 50 - length : 50).toFixed(1)}%;width:${length.toFixed(1)}%"></i>`
  }
  const rows = entries
    .slice(0, vectorRows)
    .map(
      (entry) =>
        `<tr><th scope="row">${escapeText(entry.name)}</th><td class="pair">${bar(entry.given, 'given')}${bar(entry.predicted, 'predicted')}</td><td class="num given">${number(entry.given)}</td><td class="num predicted">${number(entry.predicted)}</td></tr>`,
    )
  const more =
    entries.length > vectorRows ? `<p class="faint">and ${entries.length - vectorRows} that differ less</p>` : ''
  return `<div class="scroll"><table class="compare vector"><thead><tr><th scope="col">entry</th><th></th><th scope="col" class="given">given</th><th scope="col" class="predicted">model</th></tr></thead><tbody>${rows.join('')}</tbody></table>${more}</div>`
}

/** The parts of both masks with their shares of the picture; those that one side lacks or sizes very differently stand out. */
export function partsLegend(
  parts: readonly string[],
  given: Uint8Array,
  predicted: Uint8Array | null,
  worst: number,
): string {
  const items = partsPresent(given, predicted).map((one) => {
    const differs =
      predicted !== null && Math.max(one.given, one.predicted) > 2 * Math.min(one.given, one.predicted) + 0.002
    const share = (value: number): string => (value === 0 ? '–' : `${(100 * value).toFixed(value < 0.01 ? 1 : 0)}%`)
    const name = parts[one.part] ?? `part ${one.part}`
    return `<li class="${differs ? 'differs' : ''}${one.part === worst ? ' worst' : ''}"><i style="background:${cssColour(partColour(one.part))}"></i>${escapeText(name)} <span class="given num">${share(one.given)}</span><span class="predicted num">${predicted === null ? '' : share(one.predicted)}</span></li>`
  })
  return `<ul class="legend">${items.join('')}</ul>`
}
