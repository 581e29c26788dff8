import { resolve } from 'node:path'
import type { z } from 'zod'
import type { planImportInput } from '../api/dataset.ts'
import { detectFormats, formats, targets } from '../formats/registry.ts'
import { exportProject } from '../jobs/exportProject.ts'
import { applyImport, discardPlan, planImport, proposeImport, type ImportProgress } from '../jobs/importSource.ts'
import type { JobContext } from '../jobs/jobRunner.ts'
import { implementation } from './implementation.ts'

const progressUnits: Readonly<Record<ImportProgress['stage'], { stage: string; unit: string }>> = {
  reading: { stage: 'read', unit: 'images' },
  merging: { stage: 'merged', unit: 'images' },
  copying: { stage: 'copied', unit: 'pictures' },
  writing: { stage: 'wrote', unit: 'images' },
}

function report(job: JobContext): (progress: ImportProgress) => void {
  return ({ stage, done, total }) => job.progress({ ...progressUnits[stage], done, total })
}

function importOptions({ format, mapping, split, copy, limit, rule, options }: z.output<typeof planImportInput>) {
  return { format, mapping, split, copy, limit, rule, options }
}

export const datasetProcedures = {
  formats: implementation.datasets.formats.handler(() => {
    const names = new Map([...formats, ...targets].map((format) => [format.name, format.title]))
    return [...names].map(([name, title]) => ({
      name,
      title,
      read: formats.some((format) => format.name === name),
      write: targets.some((format) => format.name === name),
    }))
  }),
  detect: implementation.datasets.detect.handler(({ input }) => detectFormats(resolve(input.source))),
  propose: implementation.datasets.propose.handler(async ({ input, context }) => {
    const project = context.service.projects.get(input.project)
    const { format, mapping, doubtful } = await proposeImport(project, input.source, importOptions(input))
    return { format, mapping, doubtful: [...doubtful] }
  }),
  planImport: implementation.datasets.planImport.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return service.startJob('plan-import', project, { ...input, mapping: undefined }, async (job) => {
      const options = { ...importOptions(input), signal: job.signal, onProgress: report(job) }
      const { summary } = service.plans.add(await planImport(project, input.source, options))
      return summary
    })
  }),
  applyImport: implementation.datasets.applyImport.handler(({ input, context: { service } }) => {
    const plan = service.plans.take(input.plan)
    return service.startJob('apply-import', plan.project, { source: plan.folder }, (job) =>
      applyImport(plan, { signal: job.signal, onProgress: report(job) }),
    )
  }),
  discardImport: implementation.datasets.discardImport.handler(({ input, context }) => ({
    discarded: discardPlan(context.service.plans.take(input.plan)),
  })),
  export: implementation.datasets.export.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return service.startJob('export', project, input, (job) =>
      exportProject(project, input.format, input.out, {
        filter: input.filter,
        copyImages: input.copyImages,
        signal: job.signal,
        onProgress: (done) => job.progress({ stage: 'wrote', done, total: project.images.count(), unit: 'images' }),
      }),
    )
  }),
}
