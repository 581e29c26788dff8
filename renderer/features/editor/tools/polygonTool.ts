import { fillPolygon, subtractPolygon } from '../../../../core/dataset/editing/polygon.ts'
import { cssColour, partColour, type OverlayTheme } from '../../../overlays/colours.ts'
import type { PointerMoment } from '../stage/pointerInput.ts'
import { OutlineTool } from './outlineTool.ts'
import { partName, pickedPart } from './strokeTool.ts'
import type { ToolHost } from './toolHost.ts'

/** A polygon that is added to a part, or taken away. */
export class PolygonTool extends OutlineTool {
  override readonly name: 'polygon' | 'polygonCut'
  readonly #host: ToolHost

  constructor(host: ToolHost, name: 'polygon' | 'polygonCut') {
    super(host)
    this.#host = host
    this.name = name
  }

  protected override usable(): boolean {
    return this.#host.parts() !== null
  }

  protected override colour(theme: OverlayTheme): string {
    return this.name === 'polygonCut' ? theme.alarm : cssColour(partColour(this.#host.parts()?.part ?? 0))
  }

  protected override picked(moment: PointerMoment): void {
    const part = pickedPart(this.#host, moment)
    if (part !== null) this.#host.choosePart(part)
  }

  protected override enclosed(corners: readonly number[]): void {
    const subject = this.#host.parts()
    if (subject === null) return
    const { mask, part, over } = subject
    const adds = this.name === 'polygon'
    const patch = adds ? fillPolygon(mask, corners, part, over) : subtractPolygon(mask, corners)
    if (patch === null) return
    this.#host.painted(patch.bounds)
    this.#host.paint(adds ? `polygon: ${partName(subject, part)}` : 'polygon taken away', patch)
  }
}
