import { reactive, ref, shallowReactive, type Ref } from 'vue'
import type { HistoryState } from '../../../core/api/editing.ts'
import { useRemembered } from '../../stores/remembered.ts'
import type { SavingState } from './model/gestureQueue.ts'
import type { CursorNote, ToolName } from './tools/tool.ts'

export interface EditorSettings {
  brushShape: 'round' | 'square'
  brushSize: number
  tolerance: number
  /** Whether the brush leaves other parts as they are and paints over background alone. */
  keepOthers: boolean
  opacity: number
  brightness: number
  contrast: number
  crosshair: boolean
  loupe: boolean
  ghost: boolean
  others: boolean
  boxes: boolean
}

function defaults(): EditorSettings {
  return {
    brushShape: 'round',
    brushSize: 24,
    tolerance: 28,
    keepOthers: false,
    opacity: 0.55,
    brightness: 0,
    contrast: 0,
    crosshair: false,
    loupe: false,
    ghost: false,
    others: true,
    boxes: true,
  }
}

function isSettings(value: unknown): value is EditorSettings {
  if (typeof value !== 'object' || value === null) return false
  const known = new Map<string, unknown>(Object.entries(value))
  return Object.entries(defaults()).every(([name, example]) => typeof known.get(name) === typeof example)
}

/** What panels show of the editor; pixels and shapes are not in it. */
export interface EditorState {
  image: number
  /** The chosen person; 0: nobody. */
  person: number
  /** The task that is worked on. */
  task: string | null
  tool: ToolName
  part: number
  hidden: boolean
  saving: SavingState
  history: HistoryState
  /** Grows with every change of labels or people. */
  changes: number
  /** Pixels of the image under the pointer. */
  pointer: { readonly x: number; readonly y: number } | null
  note: CursorNote | null
  scale: number
  cursor: string
  /** Whether all joints are moved together. */
  hull: boolean
  /** The joint under the pointer or in hand, and the one that was asked for and that the next click places. */
  markedJoint: number | null
  wantedJoint: number | null
  /** What is done with skeleton templates: that of the task is edited, a new one is made, or nothing. */
  template: 'edit' | 'new' | null
  /** The attribute that is to be answered next. */
  question: { readonly task: string; readonly index: number } | null
  error: unknown
  /** Whether the picture in sight is that of `image`. */
  loaded: boolean
}

export function createEditorState(): EditorState {
  // What is in it is replaced, never changed in place.
  return shallowReactive({
    image: 0,
    person: 0,
    task: null,
    tool: 'select',
    part: 1,
    hidden: false,
    saving: { type: 'saved' },
    history: { undo: null, redo: null, undoable: 0, redoable: 0 },
    changes: 0,
    pointer: null,
    note: null,
    scale: 1,
    cursor: 'default',
    hull: false,
    markedJoint: null,
    wantedJoint: null,
    template: null,
    question: null,
    error: null,
    loaded: false,
  })
}

/** Settings that survive restarts. */
export function useEditorSettings(): Ref<EditorSettings> {
  return useRemembered<EditorSettings>('editor.settings', defaults, { accepts: isSettings, project: null })
}

/** What was copied, for pasting into other pictures. */
export const clipboard = ref<{
  readonly person: number
  readonly labels: readonly { readonly task: string; readonly label: number }[]
} | null>(null)

/** The tool and part that were used last for each kind of task. */
export const lastTools = reactive<{ parts: ToolName; keypoints: ToolName }>({ parts: 'brush', keypoints: 'keypoints' })
