import { MendError } from '../dataset/mendError.ts'
import { drawnPeople, drawnValueOf } from './drawnLabels.ts'
import { implementation } from './implementation.ts'
import { labelHistory, personDetail } from './personDetail.ts'

export const labelProcedures = {
  ofPeople: implementation.labels.ofPeople.handler(({ input, context }) =>
    drawnPeople(context.service.projects.get(input.project), input.people, input),
  ),
  ofImage: implementation.labels.ofImage.handler(({ input, context }) => {
    const project = context.service.projects.get(input.project)
    if (project.images.get(input.image) === undefined) {
      throw new MendError('image-unknown', `there is no image ${input.image}`, 'Look at the list again.')
    }
    const people = project.people.ofImage(input.image).map((person) => person.id)
    return drawnPeople(project, people, { side: input.side })
  }),
  history: implementation.labels.history.handler(({ input, context }) =>
    labelHistory(context.service.projects.get(input.project), input.label),
  ),
  revision: implementation.labels.revision.handler(({ input, context }) => {
    const found = context.service.projects.get(input.project).labels.revision(input.label, input.revision)
    if (found === undefined) {
      throw new MendError(
        'revision-unknown',
        `label ${input.label} has no revision ${input.revision}`,
        'Reload its history.',
      )
    }
    const { state, origin, value } = found
    return { state, origin, value: value && drawnValueOf(value, input.side) }
  }),
  person: implementation.labels.person.handler(({ input, context }) =>
    personDetail(context.service.projects.get(input.project), input.person),
  ),
}
