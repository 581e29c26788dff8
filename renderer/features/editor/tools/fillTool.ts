import { floodFill, mergeParts } from '../../../../core/dataset/editing/fill.ts'
import type { Bounds } from '../../../../core/dataset/editing/mask.ts'
import type { PointerMoment } from '../stage/pointerInput.ts'
import { partName, pickedPart } from './strokeTool.ts'
import { acceptHoveredPart } from './ghostPart.ts'
import { Tool, type CursorNote, type ToolAction } from './tool.ts'
import type { PartsSubject, ToolHost } from './toolHost.ts'

/**
 * Gives the connected piece under the pointer the chosen part, which is how a part is split; Shift makes background of it. With
 * Ctrl all of the part under the pointer goes over, which is how parts are merged.
 */
export class FillTool extends Tool {
  readonly name = 'fill'
  readonly #host: ToolHost
  #pointer: PointerMoment | null = null

  constructor(host: ToolHost) {
    super()
    this.#host = host
  }

  override down(moment: PointerMoment): void {
    const subject = this.#host.parts()
    if (subject === null) return
    if (moment.alt) {
      const part = pickedPart(this.#host, moment)
      if (part !== null) this.#host.choosePart(part)
      return
    }
    if (moment.mod) return this.#merge(subject, moment)
    const { x, y } = moment.image
    const part = moment.shift ? 0 : subject.part
    // Background is filled within the person's box: beyond it there is nothing that could stop it.
    const onBackground = pickedPart(this.#host, moment) === 0
    const patch = floodFill(subject.mask, x, y, part, onBackground ? this.#personBounds() : undefined)
    if (patch === null) return
    this.#host.painted(patch.bounds)
    this.#host.paint(`fill: ${partName(subject, part)}`, patch)
  }

  #merge(subject: PartsSubject, moment: PointerMoment): void {
    const under = pickedPart(this.#host, moment)
    // Background is no part: all of it would be the picture.
    if (under === null || under === 0) return
    const patch = mergeParts(subject.mask, [under], subject.part)
    if (patch === null) return
    this.#host.painted(patch.bounds)
    this.#host.paint(`merged ${partName(subject, under)} into ${partName(subject, subject.part)}`, patch)
  }

  #personBounds(): Bounds | undefined {
    const box = this.#host.person()?.box ?? null
    if (box === null) return undefined
    const [left, top] = [Math.floor(box.x), Math.floor(box.y)]
    return { left, top, width: Math.ceil(box.x + box.width) - left, height: Math.ceil(box.y + box.height) - top }
  }

  override hover(moment: PointerMoment | null): void {
    this.#pointer = moment
    this.cursor = this.#host.parts() === null ? 'not-allowed' : 'cell'
    this.#host.redraw('tool')
  }

  override act(action: ToolAction): boolean {
    return action === 'accept' && acceptHoveredPart(this.#host, this.#pointer)
  }

  override note(): CursorNote | null {
    const subject = this.#host.parts()
    if (subject === null || this.#pointer === null) return null
    const under = pickedPart(this.#host, this.#pointer)
    if (under === null) return null
    const into = partName(subject, this.#pointer.shift ? 0 : subject.part)
    return { at: this.#pointer.stage, text: `${partName(subject, under)} → ${into}` }
  }
}
