import type { SmallPicture } from '../api/importing.ts'
import { conflictWords } from '../jobs/conflictWords.ts'
import {
  conflictCrops,
  conflictSchema,
  conflictValues,
  exampleCrop,
  nearPictures,
  type ExamplePicture,
} from '../jobs/examplePictures.ts'
import { previewRemoval } from '../jobs/previewRemoval.ts'
import { implementation } from './implementation.ts'

function small(picture: ExamplePicture): SmallPicture {
  return picture.jpeg === null ? picture : { jpeg: picture.jpeg.toString('base64') }
}

export const importProcedures = {
  exampleCrops: implementation.imports.exampleCrops.handler(({ input, context: { service } }) => {
    const survey = service.surveys.get(input.survey)
    return Promise.all(
      input.examples.map(async (example) => ({
        example,
        picture: small(await exampleCrop(survey, example, service.surveys.pool)),
      })),
    )
  }),
  nearDuplicates: implementation.imports.nearDuplicates.handler(async ({ input, context: { service } }) => {
    const plan = service.plans.get(input.plan)
    const page = plan.near.slice(input.offset, input.offset + input.limit)
    const pairs = page.map(async (pair) => {
      const pictures = await nearPictures(plan, pair, service.surveys.pool)
      const { incoming, image, distance, sameSize, joined } = pair
      // Pictures of the project lie anywhere on the machine: their folders are nobody's business.
      const other = image === null ? pair.other : (pair.other.split(/[\\/]/).at(-1) ?? '')
      return {
        incoming,
        other,
        inProject: image !== null,
        distance,
        sameSize,
        joined,
        pictures: { incoming: small(pictures.incoming), other: small(pictures.other) },
      }
    })
    return { total: plan.near.length, pairs: await Promise.all(pairs) }
  }),
  conflicts: implementation.imports.conflicts.handler(async ({ input, context: { service } }) => {
    const plan = service.plans.get(input.plan)
    const { conflicts: total, conflictExamples } = plan.summary
    const page = conflictExamples.slice(input.offset, input.offset + input.limit)
    const conflicts = page.map(async (conflict) => {
      const values = conflictValues(plan, conflict)
      const pictures = await conflictCrops(plan, conflict, values, service.surveys.pool)
      const { label, task, image, known, incomingPrevails } = conflict
      return {
        label,
        task,
        image,
        known,
        incomingPrevails,
        words: conflictWords(conflictSchema(plan, task), values.known, values.incoming),
        pictures: { known: small(pictures.known), incoming: small(pictures.incoming) },
      }
    })
    return { total, conflicts: await Promise.all(conflicts) }
  }),
  waiting: implementation.imports.waiting.handler(({ input, context: { service } }) =>
    service.plans.of(service.projects.get(input.project)).map(({ summary }) => summary),
  ),
  outcome: implementation.imports.outcome.handler(({ input, context: { service } }) => {
    const job = service.projects.get(input.project).jobs.ofPlan(input.plan)
    return job === undefined
      ? { state: 'unknown' as const }
      : { state: job.status, result: job.result, error: job.error }
  }),
  documents: implementation.imports.documents.handler(({ input, context: { service } }) => {
    const { mapping, report } = service.projects.get(input.project).sources.requireDocuments(input.source)
    return { mapping, report }
  }),
  previewRemoval: implementation.imports.previewRemoval.handler(({ input, context: { service } }) =>
    previewRemoval(service.projects.get(input.project), input.source),
  ),
}
