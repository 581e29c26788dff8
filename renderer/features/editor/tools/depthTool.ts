import { emptyMask } from '../../../../core/dataset/editing/mask.ts'
import { patchRuns } from '../../../../core/dataset/editing/maskRuns.ts'
import { fillPolygon } from '../../../../core/dataset/editing/polygon.ts'
import type { OverlayTheme } from '../../../overlays/colours.ts'
import { OutlineTool } from './outlineTool.ts'
import type { ToolHost } from './toolHost.ts'

/** Marks what an outline encloses as invalid in the map of depth or normals. */
export class DepthTool extends OutlineTool {
  readonly name = 'depthInvalid'
  readonly #host: ToolHost

  constructor(host: ToolHost) {
    super(host)
    this.#host = host
  }

  protected override usable(): boolean {
    return this.#host.depth() !== null
  }

  protected override colour(theme: OverlayTheme): string {
    return theme.alarm
  }

  protected override enclosed(corners: readonly number[]): void {
    const subject = this.#host.depth()
    if (subject === null) return
    const { imageWidth: width, imageHeight: height } = this.#host
    const patch = fillPolygon(emptyMask(width, height), corners, 1)
    if (patch === null) return
    const change = { type: 'invalidate', ...patchRuns(patch) } as const
    this.#host.edit('marked pixels invalid', [{ ...subject, change: { type: 'remote', change } }])
  }
}
