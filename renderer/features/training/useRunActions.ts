import { computed, type ComputedRef } from 'vue'
import { useRouter } from 'vue-router'
import { client } from '../../api/client.ts'
import { currentProject } from '../../stores/currentProject.ts'
import { useJobs } from '../../stores/jobs.ts'
import { useNotices } from '../../stores/notices.ts'
import { formatBytes } from '../../ui/numbers.ts'
import { useTraining } from './trainingStore.ts'

export interface RunActions {
  /** The selected run trains here and has a trainer that listens. */
  readonly canPause: ComputedRef<boolean>
  readonly canStop: ComputedRef<boolean>
  readonly canContinue: ComputedRef<boolean>
  readonly canShowSuspects: ComputedRef<boolean>
  togglePause(): Promise<void>
  stop(): Promise<void>
  continueRun(): Promise<void>
  describe(run: number, note: string): Promise<void>
  remove(run: number): Promise<void>
  showSuspects(): void
}

/** What can be done with the selected run; failures are told at the window's corner. */
export function useRunActions(): RunActions {
  const training = useTraining()
  const jobs = useJobs()
  const notices = useNotices()
  const router = useRouter()
  const job = computed(() => (training.selected === null ? null : training.jobOf(training.selected)))
  const detail = computed(() => (training.selected === null ? null : (training.details.get(training.selected) ?? null)))

  async function attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      notices.failed(what, error)
    }
  }

  return {
    // Before its first step a job has no trainer to pause.
    canPause: computed(
      () =>
        job.value !== null &&
        (job.value.state === 'paused' ||
          (job.value.state === 'running' && job.value.progress?.stage.startsWith('epoch') === true)),
    ),
    canStop: computed(() => job.value !== null),
    canContinue: computed(() => job.value === null && detail.value?.continuable === true),
    canShowSuspects: computed(() => Object.keys(detail.value?.suspects ?? {}).length > 0),
    async togglePause() {
      const current = job.value
      if (current === null) return
      await attempt('The run could not be paused', () =>
        current.state === 'paused'
          ? client.training.unpause({ job: current.id })
          : client.training.pause({ job: current.id }),
      )
    },
    async stop() {
      const current = job.value
      if (current === null) return
      await attempt('The run could not be stopped', () => jobs.cancel(current.id))
    },
    async continueRun() {
      const run = training.selected
      if (run !== null) await attempt(`Run ${run} could not be continued`, () => training.continueRun(run))
    },
    describe: (run, note) => attempt('The note could not be saved', () => training.describe(run, note)),
    remove: (run) =>
      attempt(`Run ${run} could not be deleted`, async () => {
        const { bytes } = await training.remove(run)
        notices.done(`Run ${run} deleted; its ${formatBytes(bytes)} are freed within a day`, {
          undo: () => training.restore(run),
        })
      }),
    showSuspects() {
      if (currentProject.value === null) return
      void router.push({
        name: 'suspects',
        params: { project: currentProject.value },
        query: training.selected === null ? {} : { run: String(training.selected) },
      })
    },
  }
}
