import type { BoxHandle } from '../../../../core/dataset/editing/box.ts'
import {
  clearJoint,
  cycleVisibility,
  exchangeJoints,
  hullOfJoints,
  isPlaced,
  moveAllJoints,
  moveJoint,
  nearestJoint,
  nextJoint,
  placeJoint,
  scaleAllJoints,
  skipJoint,
  swapPair,
  swapSides,
} from '../../../../core/dataset/editing/keypoints.ts'
import { visibility, type Joint } from '../../../../core/dataset/label.ts'
import { sideOf } from '../../../overlays/colours.ts'
import type { PointerMoment } from '../stage/pointerInput.ts'
import type { Point } from '../stage/viewport.ts'
import { drawHandles, handleAt, handleCursors, isInside } from './handles.ts'
import { Tool, type CursorNote, type ToolAction, type ToolCanvas } from './tool.ts'
import type { KeypointsSubject, ToolHost } from './toolHost.ts'

/** Pixels of the stage within which a joint is meant. */
const reach = 9

/** Pixels of the stage that a drag must go before it is one: a click moves nothing. */
const slop = 2

const words = ['not annotated', 'hidden', 'visible', 'absent']

type State =
  | { readonly type: 'idle' }
  | {
      readonly type: 'joint'
      readonly index: number
      readonly from: PointerMoment
      readonly joints: readonly Joint[]
      moved: readonly Joint[] | null
    }
  | {
      readonly type: 'hull'
      readonly handle: BoxHandle | 'move'
      readonly from: PointerMoment
      readonly joints: readonly Joint[]
      moved: readonly Joint[] | null
    }

/**
 * Joints: the next one of the template's order is placed with a click (hidden with Shift), those that are placed are dragged,
 * and with the hull shown all of them are moved and scaled.
 */
export class KeypointsTool extends Tool {
  readonly name = 'keypoints'
  readonly #host: ToolHost
  #state: State = { type: 'idle' }
  #hovered: number | null = null
  /** The joint that arrows nudge: the one dragged, placed or clicked last. */
  #chosen: number | null = null
  #pointer: PointerMoment | null = null
  /** The joint that was asked for by name: the next click places it, whatever it was. */
  #wanted: number | null = null
  /** Where the guide looks on for joints that are not annotated. */
  #after = -1
  /** Whether all joints are moved and scaled together. */
  hull = false

  constructor(host: ToolHost) {
    super()
    this.#host = host
  }

  override enter(): void {
    this.#state = { type: 'idle' }
    this.#hovered = null
    this.#chosen = null
    this.#wanted = null
    this.#after = -1
    this.#host.redraw('labels', 'tool')
  }

  override leave(): void {
    super.leave()
    this.hull = false
    this.#hovered = null
  }

  /** Index of the joint that a click places next; null: all are annotated. */
  next(): number | null {
    const subject = this.#host.keypoints()
    if (subject === null || this.hull) return null
    return this.#wanted ?? nextJoint(subject.joints, this.#after)
  }

  get wanted(): number | null {
    return this.#wanted
  }

  /** The next click places this joint; asked for again, the guide's order is back. */
  want(index: number): void {
    this.cancel()
    this.hull = false
    this.#wanted = this.#wanted === index ? null : index
    this.#chosen = index
    this.#host.redraw('tool')
  }

  /** The joint that is hovered or in hand, to be ringed. */
  marked(): number | null {
    return this.#state.type === 'joint' ? this.#state.index : this.#hovered
  }

  toggleHull(): void {
    this.cancel()
    this.hull = !this.hull
    this.#host.redraw('tool')
  }

  override down(moment: PointerMoment): void {
    const subject = this.#host.keypoints()
    this.#pointer = moment
    if (subject === null) return this.#host.choosePerson(moment.image)
    if (this.hull) return this.#grabHull(subject, moment)
    const index = moment.mod || this.#wanted !== null ? null : this.#jointAt(subject, moment)
    if (index !== null) {
      this.#chosen = index
      this.#state = { type: 'joint', index, from: moment, joints: subject.joints, moved: null }
      return
    }
    const next = this.next()
    if (next !== null) this.#place(subject, next, moment)
    else this.#host.choosePerson(moment.image)
  }

  #place(subject: KeypointsSubject, index: number, { image, shift }: PointerMoment): void {
    const placed = placeJoint(subject.joints, index, image.x, image.y, shift)
    this.#after = index
    this.#chosen = index
    this.#wanted = null
    this.#commit(subject, placed, `placed ${subject.schema.joints[index]}${shift ? ' (hidden)' : ''}`)
  }

  #grabHull(subject: KeypointsSubject, moment: PointerMoment): void {
    const hull = hullOfJoints(subject.joints)
    if (hull === null) return
    const handle = handleAt(hull, this.#host.viewport, moment.stage) ?? (isInside(hull, moment.image) ? 'move' : null)
    if (handle !== null) this.#state = { type: 'hull', handle, from: moment, joints: subject.joints, moved: null }
  }

  override drag(moment: PointerMoment): void {
    const state = this.#state
    this.#pointer = moment
    if (state.type === 'idle') return
    const [dx, dy] = [moment.stage.x - state.from.stage.x, moment.stage.y - state.from.stage.y]
    if (state.moved === null && Math.hypot(dx, dy) < slop) return
    state.moved = state.type === 'joint' ? this.#draggedJoint(state, moment) : draggedHull(state, moment.image)
    this.#host.previewJoints(state.moved)
    this.#host.redraw('tool')
  }

  /** With Alt, a joint that is dropped on another one takes its place, and gives it its own; null: nothing is exchanged. */
  #exchangedWith(moment: PointerMoment | null): number | null {
    const state = this.#state
    if (state.type !== 'joint' || state.moved === null || moment === null || !moment.alt) return null
    const others = state.joints.map((joint, index) =>
      index === state.index ? { ...joint, v: visibility.absent } : joint,
    )
    return nearestJoint(others, moment.image.x, moment.image.y, (2 * reach) / this.#host.viewport.transform.scale)
  }

  #draggedJoint({ index, from, joints }: Extract<State, { type: 'joint' }>, { image }: PointerMoment): Joint[] {
    // The joint keeps its distance from the pointer, so that it does not jump under it.
    return moveJoint(joints, index, joints[index].x + image.x - from.image.x, joints[index].y + image.y - from.image.y)
  }

  override up(moment: PointerMoment): void {
    const state = this.#state
    const subject = this.#host.keypoints()
    const other = this.#exchangedWith(moment)
    this.#state = { type: 'idle' }
    this.#host.previewJoints(null)
    if (state.type === 'idle' || state.moved === null || subject === null) return
    if (state.type === 'joint' && other !== null) {
      const names = subject.schema.joints
      const exchanged = exchangeJoints(subject.joints, state.index, other)
      return this.#commit(subject, exchanged, `exchanged ${names[state.index]} and ${names[other]}`)
    }
    const title =
      state.type === 'joint'
        ? `moved ${subject.schema.joints[state.index]}`
        : state.handle === 'move'
          ? 'moved all joints'
          : 'scaled all joints'
    this.#commit(subject, state.moved, title)
  }

  override hover(moment: PointerMoment | null): void {
    this.#pointer = moment
    const subject = this.#host.keypoints()
    const hovered = moment === null || subject === null || this.hull ? null : this.#jointAt(subject, moment)
    if (hovered !== this.#hovered) {
      this.#hovered = hovered
      this.#host.redraw('labels')
    }
    this.cursor = this.#cursorFor(subject, moment)
    this.#host.redraw('tool')
  }

  #cursorFor(subject: KeypointsSubject | null, moment: PointerMoment | null): string {
    if (this.#wanted !== null) return 'crosshair'
    if (this.#hovered !== null) return 'grab'
    const hull = this.hull && subject !== null ? hullOfJoints(subject.joints) : null
    if (hull !== null && moment !== null) {
      const handle = handleAt(hull, this.#host.viewport, moment.stage)
      if (handle !== null) return handleCursors[handle]
      return isInside(hull, moment.image) ? 'move' : 'default'
    }
    return this.next() === null ? 'default' : 'crosshair'
  }

  override cancel(): boolean {
    const busy = this.#state.type !== 'idle' || this.#wanted !== null
    this.#wanted = null
    this.#state = { type: 'idle' }
    if (busy) this.#host.previewJoints(null)
    return busy
  }

  override act(action: ToolAction): boolean {
    const subject = this.#host.keypoints()
    if (subject === null) return false
    if (typeof action === 'object') return this.#nudge(subject, action.nudge)
    switch (action) {
      case 'cancel':
        if (this.hull && this.#state.type === 'idle') {
          this.toggleHull()
          return true
        }
        return this.cancel()
      case 'skip':
        return this.#skip(subject)
      case 'cycleVisibility':
        return this.#cycle(subject)
      case 'swapSides':
        this.#commit(subject, swapSides(subject.joints, subject.schema.flip), 'swapped left and right')
        return true
      case 'swapPair':
        return this.#swapPair(subject)
      case 'delete':
      case 'removeLast':
        return this.#clear(subject)
      case 'accept': {
        const at = this.#ghostAt()
        if (at === null) return false
        this.#host.acceptGhost([subject.schema.joints[at]])
        return true
      }
      case 'finish':
        return false
    }
  }

  #swapPair(subject: KeypointsSubject): boolean {
    const index = this.#hovered ?? this.#chosen
    const { flip, joints: names } = subject.schema
    if (index === null || flip[index] === index) return false
    const title = `swapped ${names[index]} and ${names[flip[index]]}`
    this.#commit(subject, swapPair(subject.joints, flip, index), title)
    return true
  }

  #skip(subject: KeypointsSubject): boolean {
    const next = this.next()
    if (next === null) return false
    this.#after = next
    this.#commit(subject, skipJoint(subject.joints, next), `skipped ${subject.schema.joints[next]}`)
    return true
  }

  #cycle(subject: KeypointsSubject): boolean {
    const index = this.#hovered ?? this.#chosen
    if (index === null) return false
    const known = subject.joints[index]
    const place = isPlaced(known) || this.#pointer === null ? known : this.#pointer.image
    const cycled = cycleVisibility(subject.joints, index, place)
    this.#chosen = index
    this.#commit(subject, cycled, `${subject.schema.joints[index]} ${words[cycled[index].v]}`)
    return true
  }

  #clear(subject: KeypointsSubject): boolean {
    const index = this.#hovered ?? this.#chosen
    if (index === null || subject.joints[index].v === visibility.notAnnotated) return false
    // It is what the next click places again.
    this.#after = index - 1
    this.#hovered = null
    this.#commit(subject, clearJoint(subject.joints, index), `removed ${subject.schema.joints[index]}`)
    return true
  }

  #nudge(subject: KeypointsSubject, { x, y }: Point): boolean {
    if (this.hull) {
      this.#commit(subject, moveAllJoints(subject.joints, x, y), 'nudged all joints')
      return true
    }
    const index = this.#hovered ?? this.#chosen
    if (index === null || !isPlaced(subject.joints[index])) return false
    const joint = subject.joints[index]
    this.#commit(
      subject,
      moveJoint(subject.joints, index, joint.x + x, joint.y + y),
      `nudged ${subject.schema.joints[index]}`,
    )
    return true
  }

  #jointAt({ joints }: KeypointsSubject, { image }: PointerMoment): number | null {
    return nearestJoint(joints, image.x, image.y, reach / this.#host.viewport.transform.scale)
  }

  /** The joint of the prediction under the pointer; null: none is shown there. */
  #ghostAt(): number | null {
    const ghost = this.#host.ghostJoints()
    if (ghost === null || this.#pointer === null) return null
    const { x, y } = this.#pointer.image
    return nearestJoint(ghost, x, y, (2 * reach) / this.#host.viewport.transform.scale) ?? this.#hovered
  }

  #commit({ person, task, joints }: KeypointsSubject, changed: readonly Joint[], title: string): void {
    const differing = changed.flatMap((joint, index) => (sameJoint(joint, joints[index]) ? [] : [{ index, joint }]))
    if (differing.length > 0) this.#host.edit(title, [{ person, task, change: { type: 'joints', joints: differing } }])
    this.#host.redraw('labels', 'tool')
  }

  override draw(canvas: ToolCanvas): void {
    const subject = this.#host.keypoints()
    if (subject === null || !this.hull) return
    const moved = this.#state.type === 'hull' ? this.#state.moved : null
    const hull = hullOfJoints(moved ?? subject.joints)
    if (hull !== null) drawHandles(canvas, hull, canvas.theme.middle, true)
  }

  override note(): CursorNote | null {
    const subject = this.#host.keypoints()
    if (subject === null || this.#pointer === null) return null
    const at = this.#pointer.stage
    const marked = this.marked()
    const other = this.#exchangedWith(this.#pointer)
    if (other !== null && marked !== null) {
      return { at, text: `${subject.schema.joints[marked]} ⇄ ${subject.schema.joints[other]}` }
    }
    if (marked !== null && this.#wanted === null) {
      const { joints } = this.#state.type === 'joint' ? this.#state : subject
      return { at, text: `${subject.schema.joints[marked]} · ${words[joints[marked].v]}` }
    }
    const next = this.next()
    if (next === null) return null
    const name = subject.schema.joints[next]
    const side = sideOf(name)
    return { at, text: name, ...(side === 'middle' ? {} : { side }) }
  }
}

function draggedHull({ handle, from, joints }: Extract<State, { type: 'hull' }>, to: Point): Joint[] {
  const hull = hullOfJoints(joints)
  if (hull === null) return [...joints]
  if (handle === 'move') return moveAllJoints(joints, to.x - from.image.x, to.y - from.image.y)
  const west = handle.includes('w')
  const north = handle.includes('n')
  const anchor = { x: west ? hull.x + hull.width : hull.x, y: north ? hull.y + hull.height : hull.y }
  const factor = (wanted: boolean, side: number, grown: number): number =>
    wanted && side > 0 ? Math.max(0, (side + grown) / side) : 1
  const [dx, dy] = [to.x - from.image.x, to.y - from.image.y]
  return scaleAllJoints(
    joints,
    anchor,
    factor(west || handle.includes('e'), hull.width, west ? -dx : dx),
    factor(north || handle.includes('s'), hull.height, north ? -dy : dy),
  )
}

function sameJoint(a: Joint, b: Joint): boolean {
  return a.x === b.x && a.y === b.y && a.v === b.v
}
