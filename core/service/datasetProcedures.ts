import { resolve } from 'node:path'
import type { z } from 'zod'
import { importPlanSummary, type planImportInput } from '../api/dataset.ts'
import { detectFormats, formats, targets } from '../formats/registry.ts'
import { exportProject } from '../jobs/exportProject.ts'
import { applyInThread } from '../jobs/applyInThread.ts'
import { planImport, proposeImport } from '../jobs/importSource.ts'
import { previewExport } from '../jobs/previewExport.ts'
import { surveySource } from '../jobs/surveySource.ts'
import { exportChoice } from './exportChoice.ts'
import { implementation } from './implementation.ts'
import { importReporter } from './importProgress.ts'
import { surveyAnswer } from './surveyAnswer.ts'

function importOptions(input: z.output<typeof planImportInput>) {
  const { format, mapping, confirmed, name, split, copy, limit, rule, near, options } = input
  return { format, mapping, confirmed, name, split, copy, limit, rule, near, options }
}

export const datasetProcedures = {
  formats: implementation.datasets.formats.handler(() => {
    const names = new Map([...formats, ...targets].map((format) => [format.name, format.title]))
    return [...names].map(([name, title]) => ({
      name,
      title,
      read: formats.some((format) => format.name === name),
      write: targets.some((format) => format.name === name),
      options: (formats.find((format) => format.name === name)?.options ?? []).map((option) => ({
        ...option,
        choices: option.choices ?? [],
        closed: option.closed === true,
      })),
    }))
  }),
  detect: implementation.datasets.detect.handler(({ input }) => detectFormats(resolve(input.source))),
  propose: implementation.datasets.propose.handler(async ({ input, context }) => {
    const project = context.service.projects.get(input.project)
    const { format, mapping, doubtful } = await proposeImport(project, input.source, importOptions(input))
    return { format, mapping, doubtful: [...doubtful] }
  }),
  survey: implementation.datasets.survey.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    const { source, format, options, mapping } = input
    return service.startJob('survey-source', project, { source, format, options }, async (job) => {
      const onProgress = importReporter(job)
      const survey = await surveySource(project, source, { format, mapping, options, signal: job.signal, onProgress })
      return surveyAnswer(service.surveys.add(survey))
    })
  }),
  planImport: implementation.datasets.planImport.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return service.startJob('plan-import', project, { ...input, mapping: undefined }, async (job) => {
      const facts = input.survey === undefined ? undefined : service.surveys.find(input.survey)?.facts
      const plan = await planImport(project, input.source, {
        ...importOptions(input),
        facts,
        pool: service.surveys.pool,
        signal: job.signal,
        onProgress: importReporter(job),
      })
      if (input.replaces !== undefined) service.plans.discard(input.replaces)
      // Paths of other pictures stay here.
      return importPlanSummary.parse(service.plans.add(plan).summary)
    })
  }),
  applyImport: implementation.datasets.applyImport.handler(({ input, context: { service } }) => {
    const plan = service.plans.takeConfirmed(input.plan)
    const answers = new Map(input.answers?.map(({ label, choice }) => [label, choice]))
    return service.startJob('apply-import', plan.project, { source: plan.folder, plan: input.plan }, (job) =>
      applyInThread(plan, { answers, signal: job.signal, onProgress: importReporter(job) }),
    )
  }),
  discardImport: implementation.datasets.discardImport.handler(({ input, context }) => ({
    discarded: context.service.plans.discard(input.plan),
  })),
  previewExport: implementation.datasets.previewExport.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return service.startJob('preview-export', project, input, async (job) =>
      previewExport(project, input.format, {
        ...(await exportChoice(project, input)),
        signal: job.signal,
        onProgress: (done) => job.progress({ stage: 'looked at', done, total: project.images.count(), unit: 'images' }),
      }),
    )
  }),
  export: implementation.datasets.export.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return service.startJob('export', project, input, async (job) =>
      exportProject(project, input.format, input.out, {
        ...(await exportChoice(project, input)),
        copyImages: input.copyImages,
        signal: job.signal,
        onProgress: (done) => job.progress({ stage: 'wrote', done, total: project.images.count(), unit: 'images' }),
      }),
    )
  }),
}
