import { shallowRef, type Ref, type ShallowRef } from 'vue'
import { useOverlayChoice } from '../data/overlayChoice.ts'
import { createEditorState, useEditorSettings, type EditorSettings, type EditorState } from './editorState.ts'
import type { ImageSession } from './model/imageSession.ts'
import type { EditorQueue } from './useEditorQueue.ts'
import type { Workbench } from './workbench.ts'

/** What the editor's composables share. */
export interface EditorParts {
  readonly project: string
  readonly queue: EditorQueue
  readonly state: EditorState
  readonly settings: Ref<EditorSettings>
  readonly overlay: ReturnType<typeof useOverlayChoice>
  readonly bench: ShallowRef<Workbench | null>
  readonly session: ShallowRef<ImageSession | null>
}

export function createEditorParts(project: string, queue: EditorQueue): EditorParts {
  return {
    project,
    queue,
    state: createEditorState(),
    settings: useEditorSettings(),
    overlay: useOverlayChoice(),
    bench: shallowRef(null),
    session: shallowRef(null),
  }
}

/** Whether something could not be stored, and waits for what somebody says. */
export function isUnsaved({ saving }: EditorState): boolean {
  return saving.type === 'failed' || saving.type === 'conflict'
}

/** Does what builds on the labels: at once, or when the steps back and forth that were asked for are shown. */
export function whenStill({ session }: Pick<EditorParts, 'session'>, work: () => void): void {
  if (session.value === null) work()
  else session.value.whenStill(work)
}
