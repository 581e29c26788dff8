import type { OverlayTheme } from '../../../overlays/colours.ts'
import type { PointerMoment } from '../stage/pointerInput.ts'
import type { Point, Viewport } from '../stage/viewport.ts'

export const toolNames = [
  'select',
  'keypoints',
  'box',
  'brush',
  'eraser',
  'edgeBrush',
  'polygon',
  'polygonCut',
  'fill',
  'depthInvalid',
] as const
export type ToolName = (typeof toolNames)[number]

/** What a tool is asked to do by a key; the keys themselves stand in the table of commands. */
export type ToolAction =
  | 'finish'
  | 'cancel'
  | 'removeLast'
  | 'skip'
  | 'cycleVisibility'
  | 'swapSides'
  | 'swapPair'
  | 'delete'
  | 'accept'
  | { readonly nudge: Point }

/** What a tool draws over everything else, in CSS pixels of the stage. */
export interface ToolCanvas {
  readonly context: CanvasRenderingContext2D
  readonly viewport: Viewport
  readonly theme: OverlayTheme
}

/** A word at the cursor. */
export interface CursorNote {
  readonly at: Point
  readonly text: string
  /** Side of the body, for the frame's colour. */
  readonly side?: 'left' | 'right'
}

/**
 * One tool: a small state machine over the pointer. It changes labels only through what it was made with, a finished
 * gesture at a time; until then what it shows is its own. What a tool does not do, it inherits as nothing.
 */
export abstract class Tool {
  abstract readonly name: ToolName
  /** CSS cursor over the stage. */
  cursor = 'crosshair'

  /** The tool is chosen, or another image or person is. */
  enter(): void {}
  /** Another tool is chosen: nothing may be left behind. */
  leave(): void {
    this.cancel()
  }
  abstract down(moment: PointerMoment): void
  drag(_moment: PointerMoment, _between: readonly PointerMoment[]): void {}
  up(_moment: PointerMoment): void {}
  hover(_moment: PointerMoment | null): void {}
  /** Gives up what is in hand. @returns whether there was anything */
  cancel(): boolean {
    return false
  }
  /** @returns whether the tool had a use for it */
  act(_action: ToolAction): boolean {
    return false
  }
  /** Alt+wheel; up is positive. */
  turn(_steps: number): void {}
  draw(_canvas: ToolCanvas): void {}
  note(): CursorNote | null {
    return null
  }
}
