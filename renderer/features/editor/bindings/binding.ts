import type { CommandHandler } from '../../../commands/command.ts'
import type { ToolAction } from '../tools/tool.ts'
import type { Editor } from '../useEditor.ts'
import type { EditorQueue } from '../useEditorQueue.ts'

/** What commands of the editor do, by id. */
export type Bindings = Readonly<Record<string, CommandHandler | CommandHandler['run']>>

export interface EditorCommandOptions {
  readonly editor: Editor
  readonly queue: EditorQueue
  /** Part numbers in the list's order. */
  readonly partOrder: () => readonly number[]
  readonly verify: () => Promise<void>
  readonly step: (by: number) => Promise<void>
  readonly canStep: (by: number) => boolean
}

/** What the groups of commands share. */
export interface BindingContext extends EditorCommandOptions {
  readonly loaded: () => boolean
  /** Whether a person is chosen. */
  readonly someone: () => boolean
  /** For what builds on the labels: not before the steps back and forth are shown. */
  readonly still: (work: () => void) => () => void
  readonly act: (action: ToolAction) => () => void
}

export function bindingContext(options: EditorCommandOptions): BindingContext {
  const { state, session, bench, whenStill } = options.editor
  const still = (work: () => void) => (): void => whenStill(work)
  return {
    ...options,
    loaded: () => state.loaded,
    someone: () => state.person > 0 && (session.value?.find(state.person) ?? null) !== null,
    still,
    act: (action) => still(() => void bench.value?.act(action)),
  }
}
