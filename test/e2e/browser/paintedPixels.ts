import type { EditorWindow, Place } from './editorWindow.ts'

/** Worked out apart from the editor's own code, for comparison with what it paints. */

/** Whether a point lies at most `radius` from the way through the places. */
export function isWithin(x: number, y: number, way: readonly Place[], radius: number): boolean {
  return way.some((from, at) => {
    const to = way[at + 1] ?? from
    const [dx, dy] = [to.x - from.x, to.y - from.y]
    const length = dx * dx + dy * dy
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / length))
    return Math.hypot(x - from.x - share * dx, y - from.y - share * dy) <= radius
  })
}

/** Even-odd, by the ray to the right. */
export function isInside(x: number, y: number, corners: readonly Place[]): boolean {
  let inside = false
  corners.forEach((a, at) => {
    const b = corners[(at + 1) % corners.length]
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside
  })
  return inside
}

/** A value with its joints as triples and its pixels as plain numbers, wherever it was read from. */
export function plainOf(value: object, pixels: readonly number[] | null): Record<string, unknown> {
  const { asset: _, data, ...plain } = { asset: null, data: null, ...value } as Record<string, unknown>
  if ('joints' in plain) {
    const joints = plain['joints'] as (number[] | { x: number; y: number; v: number })[]
    return { ...plain, joints: joints.map((joint) => (Array.isArray(joint) ? joint : [joint.x, joint.y, joint.v])) }
  }
  const cells = pixels ?? (ArrayBuffer.isView(data) ? Array.from(data as Uint8Array) : null)
  return cells === null ? plain : { ...plain, cells }
}

type MaskBefore = ReturnType<EditorWindow['mask']>

/** The mask with every pixel whose middle passes the test given a part. */
export function painted(
  before: MaskBefore,
  part: number,
  hit: (x: number, y: number, was: number) => boolean,
): Uint8Array {
  return before.data.map((was, at) => {
    const [x, y] = [(at % before.width) + 0.5, Math.floor(at / before.width) + 0.5]
    return hit(x, y, was) ? part : was
  })
}
