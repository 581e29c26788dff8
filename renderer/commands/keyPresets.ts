import type { KeyOverrides } from './matching.ts'

/** Keys of another tool, for who comes from there. */
export interface KeyPreset {
  readonly name: string
  readonly title: string
  /** Commands whose keys differ from the studio's own. */
  readonly keys: KeyOverrides
}

/**
 * CVAT's annotation page (cvat-ui, componentShortcuts): F and D go through frames, Q and / switch "occluded", N draws, Shift+N
 * redraws, Shift+1 … 4 are the tools of masks, Ctrl+B propagates. What these keys stand for here by default moves aside.
 */
const cvat: KeyOverrides = {
  'editor.visibility': ['Q', '/'],
  'editor.nextOpenAnswer': ['Shift+Q'],
  'editor.addPerson': ['N'],
  'editor.tool.box': ['Shift+N', 'W'],
  'editor.nextUnlabelled': ['Mod+ArrowRight'],
  'editor.tool.brush': ['Shift+1', 'B'],
  'editor.tool.eraser': ['Shift+2', 'E'],
  'editor.tool.polygon': ['Shift+3', 'P'],
  'editor.tool.polygonCut': ['Shift+4', 'Shift+P'],
  'editor.propagate': ['Mod+B'],
  'editor.fitBox': ['Alt+B'],
}

/**
 * Label Studio's hotkeys (editor settings/keymap.json and the image tools): Ctrl+Enter submits, Ctrl+→ and Ctrl+← go through
 * tasks, Ctrl+Space skips one, V moves, R draws rectangles, W is the wand, U unselects, Shift+1 and Shift+2 zoom.
 */
const labelStudio: KeyOverrides = {
  'editor.verify': ['Mod+Enter', 'Mod+S'],
  'editor.next': ['Mod+ArrowRight', 'Mod+Space'],
  'editor.previous': ['Mod+ArrowLeft'],
  'editor.tool.select': ['V'],
  'editor.visibility': ['Shift+V'],
  'editor.tool.box': ['R'],
  'editor.keepOthers': ['Shift+R'],
  'editor.tool.edgeBrush': ['W', 'M'],
  'editor.cancel': ['Escape', 'U'],
  'editor.hull': ['Shift+U'],
  'editor.hideLabels': ['Mod+H'],
  'editor.nextPerson': ['Alt+.', 'Tab'],
  'editor.deletePerson': ['Mod+Backspace', 'Shift+Delete'],
  'editor.fit': ['Shift+1'],
  'editor.actualSize': ['Shift+2'],
  'editor.zoomIn': ['Mod++', 'Mod+='],
  'editor.zoomOut': ['Mod+-'],
}

/**
 * labelme's shortcuts (labelme/config/default_config.yaml): D and A go through files, Ctrl+N begins a polygon, Ctrl+R a
 * rectangle, Ctrl+J edits, Ctrl+E renames, Delete removes the shape, Backspace the last point, Ctrl+F fits. Browsers keep
 * Ctrl+N for themselves: there P stands beside it.
 */
const labelme: KeyOverrides = {
  'editor.next': ['D', 'Mod+Shift+D'],
  'editor.previous': ['A', 'Mod+Shift+A'],
  'editor.acceptHere': ['Shift+Enter'],
  'editor.tool.polygon': ['Mod+N', 'P'],
  'editor.tool.box': ['Mod+R', 'W'],
  'editor.tool.select': ['Mod+J', 'S'],
  'editor.identity': ['Mod+E', 'I'],
  'editor.deletePerson': ['Delete'],
  'editor.removeLast': ['Backspace'],
  'editor.propagate': ['Mod+P'],
  'editor.zoomIn': ['Mod++', 'Mod+='],
  'editor.zoomOut': ['Mod+-'],
  'editor.actualSize': ['Mod+0'],
  'editor.fit': ['Mod+F'],
  'editor.fitPerson': ['Mod+Shift+F'],
}

/** The studio's own keys first. */
export const keyPresets: readonly KeyPreset[] = [
  { name: 'mend', title: 'Mend Studio', keys: {} },
  { name: 'cvat', title: 'CVAT', keys: cvat },
  { name: 'label-studio', title: 'Label Studio', keys: labelStudio },
  { name: 'labelme', title: 'labelme', keys: labelme },
]

/** The preset that is in force unchanged; null: keys were chosen one by one. */
export function presetInForce(overrides: KeyOverrides): string | null {
  const same = (keys: KeyOverrides): boolean => {
    const ids = Object.keys(keys)
    return (
      ids.length === Object.keys(overrides).length &&
      ids.every((id) => keys[id].join('\n') === overrides[id]?.join('\n'))
    )
  }
  return keyPresets.find(({ keys }) => same(keys))?.name ?? null
}
