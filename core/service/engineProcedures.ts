import { installEngine } from '../tensor/engines/installEngine.ts'
import { isEngineId } from '../tensor/engines/engineReport.ts'
import { listEngines } from '../tensor/engines/listEngines.ts'
import { MendError } from '../dataset/mendError.ts'
import type { JobContext } from '../jobs/jobRunner.ts'
import { implementation } from './implementation.ts'

async function install(engine: 'cpu' | 'cuda', job: JobContext): Promise<{ engine: string; folder: string }> {
  if (engine === 'cuda') {
    throw new MendError(
      'engine-not-offered',
      'TensorFlow on CUDA is not offered in this version',
      'mend engine install cpu installs TensorFlow for the processor',
    )
  }
  const location = await installEngine('cpu', (progress) => {
    job.progress({
      stage: progress.message,
      done: (progress.doneBytes ?? 0) / 1e6,
      total: progress.totalBytes === undefined ? null : progress.totalBytes / 1e6,
      unit: 'MB',
    })
  })
  if (location.available && location.addon !== null) return { engine: 'tensorflow-cpu', folder: location.addon }
  throw new MendError('engine-install-failed', location.reason, 'mend engine list says what is missing')
}

export const engineProcedures = {
  list: implementation.engines.list.handler(() => listEngines()),
  probe: implementation.engines.probe.handler(async ({ input }) => {
    if (input.engine !== undefined && !isEngineId(input.engine)) {
      throw new MendError('unknown-engine', `there is no engine ${input.engine}`, 'mend engine list names them')
    }
    const reports = await listEngines({ fresh: true })
    return reports.filter((report) => input.engine === undefined || report.id === input.engine)
  }),
  install: implementation.engines.install.handler(({ input, context }) => ({
    job: context.service.jobs.start({
      kind: 'install-engine',
      project: null,
      work: (job) => install(input.engine, job),
    }),
  })),
}
