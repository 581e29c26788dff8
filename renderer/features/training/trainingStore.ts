import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef, watch } from 'vue'
import type { JobEvent, JobSummary } from '../../../core/api/job.ts'
import type { RunDetail, TrainingChoices } from '../../../core/api/runs.ts'
import type { RunSummary, TrainingOptions } from '../../../core/api/training.ts'
import { client } from '../../api/client.ts'
import { reportOf, unreachableCode } from '../../api/studioError.ts'
import { currentProject } from '../../stores/currentProject.ts'
import { useConnection } from '../../stores/connection.ts'
import { useJobs, type FollowedJob } from '../../stores/jobs.ts'
import { useRemembered } from '../../stores/remembered.ts'
import { withEpoch } from './liveRun.ts'

const views = ['run', 'new', 'compare', 'sets', 'relations'] as const
export type TrainingView = (typeof views)[number]

const isView = (value: unknown): value is TrainingView => views.some((view) => view === value)
const trainingJobs: readonly string[] = ['train', 'audit', 'run-set']
const isRun = (value: unknown): value is number | null => value === null || typeof value === 'number'
const activeStates: readonly string[] = ['queued', 'running', 'paused']
const refreshAfterMs = 250

/** Is the work of a job still to come or under way? */
export function isActive(job: Pick<JobSummary, 'state'>): boolean {
  return activeStates.includes(job.state)
}

/** Runs of the open project: their list, their details kept live by the jobs that train them, and what is on screen. */
export const useTraining = defineStore('training', () => {
  const jobs = useJobs()
  const connection = useConnection()
  const runs = ref<RunSummary[]>([])
  const loaded = ref(false)
  const problem = shallowRef<unknown>(null)
  const details = shallowReactive(new Map<number, RunDetail>())
  const choices = shallowRef<TrainingChoices | null>(null)
  const selected = useRemembered<number | null>('training.run', () => null, { accepts: isRun })
  const view = useRemembered<TrainingView>('training.view', () => 'run', { accepts: isView })
  const marked = useRemembered<number[]>('training.marked', () => [])
  const stops = new Map<string, () => void>()
  let timer: ReturnType<typeof setTimeout> | null = null

  /** Jobs that train in the open project, the one under way first, then by their place in the queue. */
  const active = computed(() =>
    jobs.jobs
      .filter((job) => trainingJobs.includes(job.kind) && job.project === currentProject.value)
      .filter(isActive)
      .sort((a, b) => (a.position ?? 0) - (b.position ?? 0)),
  )

  function jobOf(run: number): JobSummary | null {
    return active.value.find((job) => job.run === run) ?? null
  }

  async function load(): Promise<void> {
    const project = currentProject.value
    if (project === null) return
    try {
      const [listed] = await Promise.all([
        client.training.runs({ project }),
        selected.value === null ? null : loadDetail(selected.value).catch(() => null),
      ])
      if (project !== currentProject.value) return
      runs.value = listed
      loaded.value = true
      problem.value = null
      marked.value = marked.value.filter((run) => listed.some((each) => each.run === run))
      if (!listed.some((each) => each.run === selected.value)) selected.value = listed[0]?.run ?? null
    } catch (error) {
      // Without a service what is on screen stays; the status bar says why nothing moves.
      if (!loaded.value || reportOf(error).code !== unreachableCode) problem.value = error
    }
  }

  /** Reads one run anew. What the stream has told since the answer was made is not taken back: it is read once more. */
  async function loadDetail(run: number): Promise<RunDetail | null> {
    const project = currentProject.value
    if (project === null) return null
    const detail = await client.runs.detail({ project, run })
    if (project !== currentProject.value) return null
    const known = details.get(run)
    if (known !== undefined && known.summary.epoch > detail.summary.epoch && jobOf(run) !== null) refreshSoon()
    else details.set(run, detail)
    return detail
  }

  async function loadChoices(): Promise<void> {
    const project = currentProject.value
    if (project !== null) choices.value = await client.runs.choices({ project })
  }

  /** Reads the list and the selected run once things have calmed down. */
  function refreshSoon(): void {
    timer ??= setTimeout(() => {
      timer = null
      void load()
    }, refreshAfterMs)
  }

  function hear(event: JobEvent, job: FollowedJob): void {
    const run = job.summary?.run ?? null
    if (event.type === 'progress' || run === null) return
    if (event.type === 'notice' && event.notice.event === 'epoch') {
      const { notice } = event
      const detail = details.get(run)
      if (detail !== undefined) details.set(run, withEpoch(detail, notice))
      // Nothing is drawn anew for epochs that the list knows: hundreds of them come at once after a reload.
      if (runs.value.some((each) => each.run === run && each.epoch <= notice.epoch)) {
        runs.value = runs.value.map((each) => (each.run === run ? withNewest(each, notice) : each))
      }
      return
    }
    refreshSoon()
  }

  function begin(): void {
    runs.value = []
    details.clear()
    choices.value = null
    loaded.value = false
    problem.value = null
    void load()
  }

  watch(
    () => active.value.map(({ id }) => id),
    (ids) => {
      for (const id of ids) if (!stops.has(id)) stops.set(id, jobs.listen(id, hear))
      for (const [id, stop] of stops) {
        if (ids.includes(id)) continue
        stop()
        stops.delete(id)
      }
    },
    { immediate: true },
  )
  watch(selected, (run) => {
    if (run !== null && !details.has(run)) void loadDetail(run).catch((error: unknown) => (problem.value = error))
  })
  watch(() => connection.returns, refreshSoon)

  async function start(options: TrainingOptions): Promise<void> {
    const project = currentProject.value
    if (project === null) return
    const { job } = await client.training.start({ project, options })
    await opened(job)
  }

  async function continueRun(run: number): Promise<void> {
    const project = currentProject.value
    if (project === null) return
    const { job } = await client.training.resume({ project, run })
    await opened(job)
  }

  /** Shows the run of a job that has just been made. */
  async function opened(job: string): Promise<void> {
    const run = (await client.jobs.list()).find(({ id }) => id === job)?.run ?? null
    if (run !== null) selected.value = run
    view.value = 'run'
    await load()
  }

  async function describe(run: number, note: string): Promise<void> {
    const project = currentProject.value
    if (project === null) return
    details.set(run, await client.runs.describe({ project, run, note }))
    await load()
  }

  /** Takes a run away; `restore` puts it back for a day. */
  async function remove(run: number): Promise<{ readonly bytes: number }> {
    const project = currentProject.value
    if (project === null) return { bytes: 0 }
    const { bytes } = await client.runs.remove({ project, run })
    details.delete(run)
    await load()
    return { bytes }
  }

  async function restore(run: number): Promise<void> {
    const project = currentProject.value
    if (project === null) return
    await client.runs.restore({ project, run })
    selected.value = run
    await load()
  }

  return {
    runs,
    loaded,
    problem,
    details,
    choices,
    selected,
    view,
    marked,
    active,
    jobOf,
    begin,
    load,
    loadDetail,
    loadChoices,
    start,
    continueRun,
    describe,
    remove,
    restore,
  }
})

function withNewest(
  run: RunSummary,
  event: { readonly epoch: number; readonly metrics: RunSummary['metrics'] },
): RunSummary {
  return event.epoch < run.epoch ? run : { ...run, epoch: event.epoch, metrics: event.metrics }
}
