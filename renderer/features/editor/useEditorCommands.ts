import { useCommandHandlers } from '../../commands/commandTable.ts'
import { answerBindings } from './bindings/answerBindings.ts'
import { bindingContext, type EditorCommandOptions } from './bindings/binding.ts'
import { peopleBindings } from './bindings/peopleBindings.ts'
import { toolBindings } from './bindings/toolBindings.ts'
import { viewBindings } from './bindings/viewBindings.ts'

/** Binds what the editor can do to the table of commands. */
export function useEditorCommands(options: EditorCommandOptions): void {
  const context = bindingContext(options)
  useCommandHandlers({
    ...toolBindings(context),
    ...answerBindings(context),
    ...peopleBindings(context),
    ...viewBindings(context),
  })
}
