import type { z } from 'zod'
import type { sourceSurvey } from '../api/importing.ts'
import { mappedNames } from '../dataset/proposeMapping.ts'
import { synonymTable } from '../jobs/importSource.ts'
import type { SourceSurvey } from '../jobs/surveySource.ts'

/** A survey as windows get it: names, counts and the ids of examples, not the labels themselves. */
export function surveyAnswer(survey: SourceSurvey): z.input<typeof sourceSurvey> {
  const tasks = Object.entries(survey.tasks).map(([name, { schema, labels, examples, components }]) => [
    name,
    { kind: schema.kind, labels, examples, components },
  ])
  return {
    survey: survey.survey,
    name: survey.name,
    format: survey.format,
    images: survey.schema.images,
    looked: survey.looked,
    people: survey.people,
    skipped: survey.skipped,
    tasks: Object.fromEntries(tasks),
    tagLists: survey.schema.tagLists,
    mapping: survey.mapping,
    synonyms: synonymTable,
    projectTasks: survey.project.tasks
      .all()
      .map(({ name, schema }) => ({ name, kind: schema.kind, components: mappedNames(schema) })),
  }
}
