import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Configured, ControllableState, SweepResult } from '../../../core/api/controllable.ts'
import { client } from '../../api/client.ts'
import { reportOf, unreachableCode } from '../../api/studioError.ts'
import { useConnection } from '../../stores/connection.ts'
import { currentProject } from '../../stores/currentProject.ts'
import { useJobs } from '../../stores/jobs.ts'
import { useNotices } from '../../stores/notices.ts'
import { useRemembered } from '../../stores/remembered.ts'
import { formatCount } from '../../ui/numbers.ts'
import { latestWins } from './latestWins.ts'
import { evenShares, moveShare, sharesOf, type Shares } from './shares.ts'

/** What somebody asks of a run's network. */
export interface Wish {
  readonly shares: Shares
  /** Multiply–adds an image. */
  readonly budget: number
}

interface Question {
  readonly project: string
  readonly run: number
  readonly wish: Wish
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isWish = (value: unknown): value is Wish =>
  isRecord(value) &&
  typeof value['budget'] === 'number' &&
  isRecord(value['shares']) &&
  Object.values(value['shares']).every((share) => typeof share === 'number' && share >= 0 && share <= 1)
const isWishes = (value: unknown): value is Record<string, Wish> =>
  isRecord(value) && Object.values(value).every(isWish)

/**
 * The run on screen whose network answers preferences and budgets: what can be asked of it, what is asked, and what would
 * then run. What is asked is kept by project and run.
 */
export const useControllable = defineStore('controllable', () => {
  const jobs = useJobs()
  const notices = useNotices()
  const connection = useConnection()
  const run = ref<number | null>(null)
  const state = shallowRef<ControllableState>(null)
  /** Whether it is known if the run on screen has a choice. */
  const known = ref(false)
  const problem = shallowRef<unknown>(null)
  const answer = shallowRef<Configured | null>(null)
  const answerProblem = shallowRef<unknown>(null)
  const starting = ref(false)
  /** The point of the sweep whose preferences and budget are asked for, until they are changed. */
  const takenPoint = ref<number | null>(null)
  const wishes = useRemembered<Record<string, Wish>>('controllable.wishes', () => ({}), { accepts: isWishes })
  /** Whether predictions of this run's network take what is asked for; else the full network. */
  const predictsAsAsked = useRemembered<boolean>('controllable.predict', () => true)
  /** The last shares in which more than one task had some: what is found again when a slider comes back from its end. */
  const proportions = shallowRef<Shares>({})

  const wish = computed<Wish | null>(() => {
    const { value } = state
    if (value === null || run.value === null) return null
    const known = wishes.value[String(run.value)]
    const fits = known !== undefined && value.tasks.every((task) => task in known.shares)
    return fits
      ? {
          shares: sharesOf(Object.fromEntries(value.tasks.map((task) => [task, known.shares[task]]))),
          budget: known.budget,
        }
      : { shares: evenShares(value.tasks), budget: value.maximumMacs }
  })
  const choice = computed(() => (answer.value?.feasible === true ? answer.value : null))
  const sweep = computed(() => state.value?.sweep ?? null)

  /** Shows another run, or none. */
  async function open(shown: number | null): Promise<void> {
    if (shown !== run.value) {
      run.value = shown
      takenPoint.value = null
      known.value = false
      state.value = null
      answer.value = null
      answerProblem.value = null
      problem.value = null
    }
    await load()
  }

  async function load(): Promise<void> {
    const [project, asked] = [currentProject.value, run.value]
    if (project === null || asked === null) return
    try {
      const found = await client.controllable.state({ project, run: asked })
      if (project !== currentProject.value || asked !== run.value) return
      state.value = found
      known.value = true
      problem.value = null
      ask()
    } catch (error) {
      if (asked !== run.value) return
      // Without a service what is on screen stays.
      if (state.value === null || reportOf(error).code !== unreachableCode) problem.value = error
    }
  }

  const isCurrent = (question: Question): boolean =>
    question.run === run.value && question.project === currentProject.value
  const put = latestWins(
    ({ project, run: asked, wish: { shares, budget } }: Question) =>
      client.controllable.configure({ project, run: asked, preferences: shares, budget }),
    (found, question) => {
      if (!isCurrent(question)) return
      answer.value = found
      answerProblem.value = null
    },
    (error, question) => {
      if (!isCurrent(question)) return
      // The answer to an earlier wish is none to this one: nothing may be exported or predicted by it.
      answer.value = null
      answerProblem.value = error
    },
  )
  function ask(): void {
    if (currentProject.value !== null && run.value !== null && wish.value !== null) {
      put({ project: currentProject.value, run: run.value, wish: wish.value })
    }
  }

  function change({ shares = wish.value?.shares, budget = wish.value?.budget }: Partial<Wish>): void {
    if (run.value === null || shares === undefined || budget === undefined) return
    wishes.value = { ...wishes.value, [run.value]: { shares, budget } }
    takenPoint.value = null
    ask()
  }

  function setShare(task: string, share: number): void {
    if (wish.value === null) return
    const { shares } = wish.value
    if (Object.values(shares).filter((each) => each > 0).length > 1) proportions.value = shares
    change({ shares: moveShare(shares, task, share, proportions.value) })
  }

  /** Asks for what a point of the sweep was asked. */
  function take(point: number): void {
    const found = sweep.value?.points[point]
    if (found === undefined || state.value === null) return
    const { preferences } = found
    const shares = sharesOf(Object.fromEntries(state.value.tasks.map((task) => [task, preferences[task] ?? 0])))
    change({ shares, budget: found.budget })
    takenPoint.value = point
  }

  async function measure(): Promise<void> {
    const [project, asked] = [currentProject.value, run.value]
    if (project === null || asked === null || starting.value) return
    starting.value = true
    try {
      const { job } = await client.controllable.sweep({ project, run: asked })
      void told(asked, job)
      await load()
    } catch (error) {
      notices.failed('The measurement could not be started', error)
    } finally {
      starting.value = false
    }
  }

  /** Waits for the end, on whichever screen. */
  async function told(asked: number, job: string): Promise<void> {
    try {
      const { points } = await jobs.result<SweepResult>(job)
      notices.done(`Run ${asked} is measured at ${formatCount(points.length)} preferences and budgets`)
    } catch (error) {
      if (reportOf(error).code !== 'cancelled') notices.failed(`Run ${asked} could not be measured`, error)
    }
  }

  const job = computed(() => state.value?.job ?? null)
  const summary = computed(() => (job.value === null ? null : jobs.follow(job.value).summary))
  const progress = computed(() => summary.value?.progress ?? null)
  const isQueued = computed(() => summary.value?.state === 'queued')
  async function cancel(): Promise<void> {
    if (job.value !== null) await jobs.cancel(job.value)
  }
  watch(
    () => job.value !== null && jobs.follow(job.value).ended,
    (ended) => {
      if (ended) void load()
    },
  )
  watch(() => connection.returns, load)
  watch(currentProject, () => void open(null))

  return {
    run,
    state,
    known,
    problem,
    wish,
    answer,
    answerProblem,
    choice,
    sweep,
    takenPoint,
    predictsAsAsked,
    starting,
    job,
    progress,
    isQueued,
    open,
    load,
    change,
    setShare,
    take,
    measure,
    cancel,
  }
})
