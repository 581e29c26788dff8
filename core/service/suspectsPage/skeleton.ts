import { visibility } from '../../dataset/label.ts'
import type { KeypointsSchema } from '../../dataset/task.ts'
import { escapeText } from './escape.ts'

export interface SkeletonOptions {
  readonly width: number
  readonly height: number
  /** Joint to ring; −1 none. */
  readonly worst: number
  /** Where the other drawing has the joints: a line leads from the worst joint to its place there. */
  readonly other: Float32Array | null
  /** Are the third numbers visibilities of a label, or confidences of a prediction? */
  readonly third: 'visibility' | 'confidence'
}

/** An SVG over the crop: left limbs orange, right ones blue, hidden joints hollow, unsure predictions faint. */
export function skeletonDrawing(row: Float32Array, schema: KeypointsSchema, options: SkeletonOptions): string {
  const { width, height, worst, other } = options
  const unit = Math.max(width, height) / 100
  const opacity = (j: number): number => (options.third === 'visibility' ? 1 : 0.35 + 0.65 * clip(row[3 * j + 2]))
  const shown = (j: number): boolean => drawn(row, j, options.third)
  const bones = schema.edges
    .filter(([a, b]) => shown(a) && shown(b))
    .map(([a, b]) => {
      const ends = `x1="${at(row, a, 0)}" y1="${at(row, a, 1)}" x2="${at(row, b, 0)}" y2="${at(row, b, 1)}"`
      const strength = Math.min(opacity(a), opacity(b)).toFixed(2)
      return `<line class="bone-back" ${ends} stroke-width="${(unit * 1.9).toFixed(2)}"/><line class="${side(schema.joints[a], schema.joints[b])}" ${ends} stroke-width="${(unit * 1.1).toFixed(2)}" opacity="${strength}"/>`
    })
  const joints = schema.joints.flatMap((name, j) => {
    if (!shown(j)) return []
    const hidden = options.third === 'visibility' && row[3 * j + 2] === visibility.hidden
    const place = `cx="${at(row, j, 0)}" cy="${at(row, j, 1)}"`
    return [
      `<circle class="joint ${side(name, name)}${hidden ? ' hidden' : ''}" ${place} r="${(unit * 1.3).toFixed(2)}" stroke-width="${(unit * 0.5).toFixed(2)}" opacity="${opacity(j).toFixed(2)}"><title>${escapeText(name)}${hidden ? ' (hidden)' : ''}</title></circle>`,
    ]
  })
  const pointer = worst >= 0 && worst < schema.joints.length && shown(worst) ? worstMark(row, worst, other, unit) : ''
  return `<svg class="over" viewBox="0 0 ${width} ${height}" role="img" aria-label="skeleton">${bones.join('')}${pointer}${joints.join('')}</svg>`
}

function worstMark(row: Float32Array, worst: number, other: Float32Array | null, unit: number): string {
  const ring = `<circle class="ring" cx="${at(row, worst, 0)}" cy="${at(row, worst, 1)}" r="${(unit * 3.6).toFixed(2)}" stroke-width="${(unit * 0.8).toFixed(2)}"/>`
  if (other === null || !Number.isFinite(other[3 * worst]) || !Number.isFinite(other[3 * worst + 1])) return ring
  return `<line class="pointer" x1="${at(row, worst, 0)}" y1="${at(row, worst, 1)}" x2="${at(other, worst, 0)}" y2="${at(other, worst, 1)}" stroke-width="${(unit * 0.7).toFixed(2)}" stroke-dasharray="${(unit * 1.6).toFixed(2)} ${unit.toFixed(2)}"/>${ring}`
}

function drawn(row: Float32Array, j: number, third: SkeletonOptions['third']): boolean {
  if (!Number.isFinite(row[3 * j]) || !Number.isFinite(row[3 * j + 1])) return false
  const v = row[3 * j + 2]
  return third === 'confidence' || v === visibility.hidden || v === visibility.visible
}

function at(row: Float32Array, j: number, axis: 0 | 1): string {
  return row[3 * j + axis].toFixed(2)
}

function clip(confidence: number): number {
  return Number.isFinite(confidence) ? Math.min(1, Math.max(0, confidence)) : 0
}

/** Side of a bone by its joints' names: middle when they differ or have none. */
function side(first: string, second: string): 'left' | 'right' | 'mid' {
  const sides = [first, second].map((name) =>
    /(^|[^a-z])(left|l)([^a-z]|$)/i.test(name) ? 'left' : /(^|[^a-z])(right|r)([^a-z]|$)/i.test(name) ? 'right' : 'mid',
  )
  const left = sides.includes('left')
  const right = sides.includes('right')
  return left === right ? 'mid' : left ? 'left' : 'right'
}
