import { applyEdits } from './editing/applyEdits.ts'
import { changePeople } from './editing/changePeople.ts'
import { resolveSuspect, restoreLabel } from './editing/closeSuspect.ts'
import { ghostsOf } from './editing/ghosts.ts'
import { changeIdentities, listIdentities } from './editing/identities.ts'
import { propagate } from './editing/propagate.ts'
import { nextPersonWithout, nextSuspect } from './editing/queues.ts'
import { stepHistory } from './editing/undoEdits.ts'
import { editableLabels, watchEdits } from './editing/watchEdits.ts'
import { implementation } from './implementation.ts'

const { editing } = implementation

export const editingProcedures = {
  state: editing.state.handler(({ input, context }) =>
    editableLabels(context.service.projects.get(input.project), input.image),
  ),
  apply: editing.apply.handler(({ input, context }) => applyEdits(context.service.projects.get(input.project), input)),
  undo: editing.undo.handler(({ input, context }) =>
    stepHistory(context.service.projects.get(input.project), input, 'undo'),
  ),
  redo: editing.redo.handler(({ input, context }) =>
    stepHistory(context.service.projects.get(input.project), input, 'redo'),
  ),
  people: editing.people.handler(({ input, context }) =>
    changePeople(context.service.projects.get(input.project), input),
  ),
  identities: editing.identities.handler(({ input, context }) =>
    listIdentities(context.service.projects.get(input.project), input),
  ),
  changeIdentities: editing.changeIdentities.handler(({ input, context }) =>
    changeIdentities(context.service.projects.get(input.project), input),
  ),
  propagate: editing.propagate.handler(({ input, context }) =>
    propagate(context.service.projects.get(input.project), input),
  ),
  restore: editing.restore.handler(({ input, context }) =>
    restoreLabel(context.service.projects.get(input.project), input),
  ),
  resolve: editing.resolve.handler(({ input, context }) =>
    resolveSuspect(context.service.projects.get(input.project), input),
  ),
  ghosts: editing.ghosts.handler(({ input, context }) =>
    ghostsOf(context.service.projects.get(input.project), input.people, input),
  ),
  next: editing.next.handler(({ input, context }) =>
    nextPersonWithout(context.service.projects.get(input.project), input),
  ),
  nextSuspect: editing.nextSuspect.handler(({ input, context }) =>
    nextSuspect(context.service.projects.get(input.project), input),
  ),
  watch: editing.watch.handler(({ input, context, signal }) =>
    watchEdits(context.service.projects.get(input.project), input.image, signal),
  ),
}
