import type { ToolName } from './tools/tool.ts'

/** A key or gesture and what it does; `command` prints the key in force, `gesture` what the hand does. */
export interface ToolHint {
  readonly command?: string
  readonly gesture?: string
  readonly text: string
}

const picking: ToolHint = { gesture: 'Alt+click', text: 'pick the part' }
const sizing: ToolHint = { gesture: 'Alt+wheel', text: 'size' }

/** What can be done with a tool, for the line at the bottom of the canvas. */
export const toolHints: Readonly<Record<ToolName, readonly ToolHint[]>> = {
  select: [
    { gesture: 'Click', text: 'choose a person' },
    { gesture: 'Wheel', text: 'zoom' },
    { gesture: 'Space+drag', text: 'pan' },
  ],
  keypoints: [
    { gesture: 'Click', text: 'place' },
    { gesture: 'Shift+click', text: 'hidden' },
    { gesture: 'Drag', text: 'move' },
    { gesture: 'Alt+drag', text: 'exchange' },
    { command: 'editor.skip', text: 'skip' },
    { command: 'editor.visibility', text: 'visible → hidden → absent' },
    { command: 'editor.swapSides', text: 'swap left ⇄ right' },
    { command: 'editor.hull', text: 'all joints' },
  ],
  box: [
    { gesture: 'Handles', text: 'resize' },
    { gesture: 'Border', text: 'move' },
    { gesture: 'Drag', text: 'draw anew' },
    { gesture: 'Shift+drag', text: 'new person' },
    { gesture: 'Arrows', text: 'nudge' },
  ],
  brush: [
    sizing,
    picking,
    { gesture: 'Shift+click', text: 'straight line' },
    { command: 'editor.keepOthers', text: 'keep others' },
  ],
  eraser: [sizing, { gesture: 'Shift+click', text: 'straight line' }, { command: 'editor.brushShape', text: 'shape' }],
  edgeBrush: [sizing, picking, { gesture: 'Drag', text: 'stops where the colour changes' }],
  polygon: [
    { gesture: 'Click', text: 'corner' },
    { gesture: 'Drag', text: 'freehand' },
    { command: 'editor.finish', text: 'finish' },
    { command: 'editor.removeLast', text: 'last corner' },
    { command: 'editor.cancel', text: 'give up' },
  ],
  polygonCut: [
    { gesture: 'Click', text: 'corner' },
    { gesture: 'Drag', text: 'freehand' },
    { command: 'editor.finish', text: 'take away' },
    { command: 'editor.cancel', text: 'give up' },
  ],
  fill: [
    { gesture: 'Click', text: 'fill the piece' },
    { gesture: 'Shift+click', text: 'make it background' },
    { gesture: 'Ctrl+click', text: 'merge the whole part' },
    picking,
  ],
  depthInvalid: [
    { gesture: 'Click', text: 'corner' },
    { gesture: 'Drag', text: 'freehand' },
    { command: 'editor.finish', text: 'mark invalid' },
    { command: 'editor.cancel', text: 'give up' },
  ],
}
