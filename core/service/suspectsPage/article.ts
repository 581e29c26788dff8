import { signalBars, trajectoryChart, number } from './charts.ts'
import { attributesTable, partsLegend, vectorTable } from './comparison.ts'
import type { SuspectEntry } from './entry.ts'
import { escapeText } from './escape.ts'
import { skeletonDrawing } from './skeleton.ts'

/** Pictures of an entry as `data:` addresses; overlays where its kind has rasters. */
export interface ArticlePictures {
  readonly crop: string
  readonly given: string | null
  readonly predicted: string | null
  /** Depth: what the ends of the colour scale mean. */
  readonly range: { readonly low: number; readonly high: number } | null
}

/** One entry: given and predicted side by side, the reason, the signals, the course of s. */
export function suspectArticle(entry: SuspectEntry, pictures: ArticlePictures): string {
  const { task, labelId, rank, image, source, why, score } = entry
  const data = {
    task,
    label: String(labelId),
    rank: String(rank),
    score: number(score),
    image,
    short: why.split(/[(:]|\.(?:\s|$)/, 1)[0].trim(),
    find: `${image} ${source} ${why} #${labelId}`,
  }
  const attributes = Object.entries(data).map(([name, value]) => `data-${name}="${escapeText(value)}"`)
  return `<article id="label-${labelId}" ${attributes.join(' ')}>
<header><h2>${escapeText(image)}</h2><span class="chip">${escapeText(task)}</span><span class="chip num">rank ${rank}</span><span class="faint">${escapeText(source)}</span></header>
<div class="pictures">${panels(entry, pictures)}</div>
<aside>${section('Why it is suspect', `<p class="why">${escapeText(why)}</p>`)}${section('Signals against the dataset', signalBars(entry.signals))}${section('s = ln σ² over training', trajectoryChart(entry.trajectory))}${section('Label', `<dl><dt>label</dt><dd class="num">${labelId}</dd><dt>person</dt><dd class="num">${entry.personId}</dd><dt>score</dt><dd class="num">${number(score)}</dd></dl>`)}</aside>
<div class="decisions">${decisionButtons}<span class="faint"><kbd>J</kbd> <kbd>K</kbd> next, previous · hold <kbd>O</kbd> picture only</span></div>
</article>`
}

const decisionButtons = [
  ['keep', 'Keep as is', 'V'],
  ['reject', 'Reject label', 'R'],
  ['accept-prediction', 'Accept model', 'A'],
  ['skip', 'Skip', 'S'],
]
  .map(
    ([decision, name, key]) => `<button type="button" data-decision="${decision}">${name} <kbd>${key}</kbd></button>`,
  )
  .join('')

function section(title: string, html: string): string {
  return html === '' ? '' : `<section><h3>${title}</h3>${html}</section>`
}

function panels(entry: SuspectEntry, pictures: ArticlePictures): string {
  const { rows, worstComponent: worst } = entry
  switch (rows.kind) {
    case 'keypoints': {
      const draw = { ...frameOf(entry), worst }
      const given = skeletonDrawing(rows.given, rows.schema, { ...draw, other: rows.predicted, third: 'visibility' })
      if (rows.predicted === null) return picture(entry, pictures.crop, 'given', given) + noPrediction
      const predicted = skeletonDrawing(rows.predicted, rows.schema, { ...draw, other: null, third: 'confidence' })
      return picture(entry, pictures.crop, 'given', given) + picture(entry, pictures.crop, 'predicted', predicted)
    }
    case 'parts':
      return rasters(entry, pictures) + partsLegend(rows.schema.parts, rows.given, rows.predicted, worst)
    case 'depth':
      return rasters(entry, pictures) + depthScale(pictures.range, rows.schema.unit)
    case 'normals':
      return rasters(entry, pictures)
    case 'attributes':
      return plain(entry, pictures) + beside(attributesTable(rows.schema, rows.given, rows.predicted, worst))
    case 'vector':
      return plain(entry, pictures) + beside(vectorTable(rows.schema, rows.given, rows.predicted))
    case 'identity':
      return plain(entry, pictures)
  }
}

const noPrediction =
  '<figure><figcaption class="caption-predicted">Model</figcaption><p class="faint">no prediction</p></figure>'

function rasters(entry: SuspectEntry, { crop, given, predicted }: ArticlePictures): string {
  const overlay = (source: string): string => `<img class="raster" alt="" src="${source}">`
  return (
    picture(entry, crop, 'given', given === null ? '' : overlay(given)) +
    (predicted === null ? noPrediction : picture(entry, crop, 'predicted', overlay(predicted)))
  )
}

function picture(entry: SuspectEntry, crop: string, side: 'given' | 'predicted', over: string): string {
  const title = side === 'given' ? 'Given label' : 'Model'
  return `<figure><figcaption class="caption-${side}">${title}</figcaption>${frame(entry, crop, over)}</figure>`
}

function plain(entry: SuspectEntry, { crop }: ArticlePictures): string {
  return `<figure><figcaption class="faint">Picture</figcaption>${frame(entry, crop, '')}</figure>`
}

function beside(table: string): string {
  return `<figure><figcaption><span class="caption-given">Given</span><span class="caption-predicted">Model</span></figcaption>${table}</figure>`
}

function frame(entry: SuspectEntry, crop: string, over: string): string {
  const { width, height } = frameOf(entry)
  return `<div class="frame" style="--w:${width};--h:${height}"><img alt="crop of the person" src="${crop}">${over}</div>`
}

function depthScale(range: ArticlePictures['range'], unit: string): string {
  return range === null
    ? ''
    : `<p class="scale"><span class="num">${number(range.low)}</span><i></i><span class="num">${number(range.high)} ${escapeText(unit)}</span></p>`
}

function frameOf(entry: SuspectEntry): { width: number; height: number } {
  const { width, height } = entry.frame ?? entry.crop
  return { width, height }
}
