import os from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { EngineStateOut } from '../api/engine.ts'
import { MendError } from '../dataset/mendError.ts'
import type { JobContext } from '../jobs/jobRunner.ts'
import { isEngineId, type EngineReport } from '../tensor/engines/engineReport.ts'
import { installEngine } from '../tensor/engines/installEngine.ts'
import { planInstall } from '../tensor/engines/installPlan.ts'
import { listEngines } from '../tensor/engines/listEngines.ts'
import { readNvidiaState } from '../tensor/engines/nvidia.ts'
import { removeEngine } from '../tensor/engines/removeEngine.ts'
import { implementation } from './implementation.ts'

/** Installs, then probes: an engine that does not give the known result is not declared usable. */
async function install(
  variant: 'cpu' | 'cuda',
  job: JobContext,
): Promise<{ engine: string; folder: string; note: string }> {
  const location = await installEngine(
    variant,
    (progress) => {
      job.progress({
        stage: progress.message,
        done: (progress.doneBytes ?? 0) / 1e6,
        total: progress.totalBytes === undefined ? null : progress.totalBytes / 1e6,
        unit: 'MB',
      })
    },
    undefined,
    job.signal,
  )
  if (!location.available || location.addon === null) {
    throw new MendError('engine-install-failed', location.reason, 'mend engine list says what is missing')
  }
  job.progress({ stage: 'trying it with a small fit', done: 0, total: null, unit: 'MB' })
  const id = `tensorflow-${variant}` as const
  const report = (await listEngines({ fresh: true, only: id })).find((entry) => entry.id === id)
  if (report?.available !== true) {
    throw new MendError(
      'engine-install-failed',
      `${id} is installed and does not work: ${report?.reason ?? 'it is not listed'}`,
      'mend engine list says what else can train',
    )
  }
  const device = report.device ?? 'an unnamed device'
  const note = variant === 'cuda' && !report.gpu ? report.reason : `computes on ${device}`
  return { engine: id, folder: location.folder ?? location.addon, note }
}

async function stateOf(selected: EngineReport | null): Promise<EngineStateOut> {
  const { gpus, reason } = await readNvidiaState()
  const processors = os.cpus()
  return {
    selected,
    gpus: gpus === null ? null : [...gpus],
    gpuReason: reason,
    memory: { totalMb: os.totalmem() / 2 ** 20, freeMb: os.freemem() / 2 ** 20 },
    processor: { name: processors[0]?.model.trim() ?? os.arch(), cores: processors.length },
  }
}

async function selectedEngine(): Promise<EngineReport | null> {
  return (await listEngines()).find((report) => report.selected) ?? null
}

export const engineProcedures = {
  list: implementation.engines.list.handler(() => listEngines()),
  probe: implementation.engines.probe.handler(async ({ input }) => {
    const only = input.engine
    if (only !== undefined && !isEngineId(only)) {
      throw new MendError('unknown-engine', `there is no engine ${only}`, 'mend engine list names them')
    }
    const reports = await listEngines({ fresh: true, only })
    return reports.filter((report) => only === undefined || report.id === only)
  }),
  plan: implementation.engines.plan.handler(async ({ input }) => {
    const { folder: _, wheels, ...plan } = await planInstall(input.engine)
    return { ...plan, wheels: [...wheels] }
  }),
  install: implementation.engines.install.handler(({ input, context }) => ({
    job: context.service.jobs.start({
      kind: 'install-engine',
      project: null,
      work: (job) => install(input.engine, job),
    }),
  })),
  remove: implementation.engines.remove.handler(async ({ input }) => {
    const { engine, freedBytes } = await removeEngine(input.engine)
    return { engine: `tensorflow-${engine}`, freedBytes }
  }),
  state: implementation.engines.state.handler(async () => stateOf(await selectedEngine())),
  watch: implementation.engines.watch.handler(async function* ({ input, signal }) {
    const selected = await selectedEngine()
    while (signal?.aborted !== true) {
      yield await stateOf(selected)
      await delay(input.intervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
    }
  }),
}
