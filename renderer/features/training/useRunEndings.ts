import { watch } from 'vue'
import { useRouter } from 'vue-router'
import { client } from '../../api/client.ts'
import { desktop } from '../../desktop/desktopBridge.ts'
import { useJobs } from '../../stores/jobs.ts'
import { useNotices, type NoticeAction } from '../../stores/notices.ts'
import { endedRuns, type EndedRun } from './endedJobs.ts'

/**
 * Tells, on whichever screen, that a run has ended and offers what comes next: its suspects when it is done, continuing
 * it when its trainer or its service died.
 */
export function useRunEndings(): void {
  const jobs = useJobs()
  const notices = useNotices()
  const router = useRouter()

  function tell({ job, how }: EndedRun): void {
    const { project, run } = job
    const isSet = job.kind === 'run-set'
    const name = isSet ? 'The set of runs' : `${job.kind === 'audit' ? 'Audit' : 'Run'} ${run ?? ''}`.trim()
    const where = job.projectName === null ? '' : ` of ${job.projectName}`
    const open = async (screen: 'training' | 'suspects'): Promise<void> => {
      if (project === null) return
      await router.push({ name: screen, params: { project }, query: run === null ? {} : { run: String(run) } })
    }
    const resume = async (): Promise<void> => {
      if (project === null || run === null) return
      await client.training.resume({ project, run })
      await open('training')
    }
    const words: Readonly<Record<EndedRun['how'], string>> = {
      done: `${name}${where} is done`,
      failed: `${name}${where} failed`,
      lost: `The service ended while ${name.toLowerCase()}${where} was training; its last checkpoint is kept`,
      stopped: `${name}${where} was stopped; it can be continued ${isSet ? 'where it was' : 'from its checkpoint'}`,
    }
    const actions: Readonly<Record<EndedRun['how'], NoticeAction | undefined>> = {
      done:
        job.kind !== 'train'
          ? { title: 'Show it', run: () => open('training') }
          : { title: 'Look at the suspects', run: () => open('suspects') },
      failed: { title: 'See why', run: () => open('training') },
      lost: job.kind !== 'train' ? undefined : { title: 'Continue', run: resume },
      stopped: undefined,
    }
    notices.tell(words[how], { action: actions[how] })
    // Whoever stopped it knows.
    if (how === 'stopped' || project === null) return
    const screen = how === 'done' && job.kind === 'train' ? 'suspects' : 'training'
    const page = `/p/${encodeURIComponent(project)}/${screen}${run === null ? '' : `?run=${run}`}`
    desktop()?.notify({
      title: words[how],
      body: how === 'done' && !isSet ? 'Its suspects are ranked.' : 'Open it to go on.',
      page,
    })
  }

  // A job's own stream and the list's tell of its end one after the other, the list with what it had still to say before.
  const told = new Set<string>()
  watch(
    () => jobs.jobs,
    (now, before) => {
      for (const ended of endedRuns(before, now)) {
        if (told.has(ended.job.id)) continue
        told.add(ended.job.id)
        tell(ended)
      }
    },
  )
}
