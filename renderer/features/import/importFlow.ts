import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { DetectionReport, FormatDescription, ImportPlanSummary, ImportReport } from '../../../core/api/dataset.ts'
import type { SourceSurvey } from '../../../core/api/importing.ts'
import type { Mapping } from '../../../core/dataset/mapping.ts'
import { client } from '../../api/client.ts'
import { reportOf, StudioError, unreachableCode } from '../../api/studioError.ts'
import type { ChosenPlace } from '../../desktop/desktopBridge.ts'
import { currentProject } from '../../stores/currentProject.ts'
import { useJobs } from '../../stores/jobs.ts'
import { useRemembered } from '../../stores/remembered.ts'
import { freshDraft, isDraft, type Draft } from './importDraft.ts'
import { mappingRows } from './mappingModel.ts'

export type ImportStep = 'detect' | 'survey' | 'plan' | 'apply'

export interface ImportProblem {
  readonly step: ImportStep
  readonly error: unknown
}

type Applying = NonNullable<Draft['applying']>

/** Changes of the mapping come in bursts; planning begins when they pause for so long. */
const pauseMs = 600

/**
 * One import on its way: the place, what was found there, the mapping as edited so far, the plan, the report. What a person
 * chose is remembered, and the service keeps surveys and plans, so that a reloaded window goes on where it was.
 */
export const useImportFlow = defineStore('importFlow', () => {
  const jobs = useJobs()
  const draft = useRemembered<Draft>('import.draft', freshDraft, { accepts: isDraft })
  const formats = shallowRef<readonly FormatDescription[]>([])
  const detections = shallowRef<readonly DetectionReport[] | null>(null)
  const survey = shallowRef<SourceSurvey | null>(null)
  const plan = shallowRef<ImportPlanSummary | null>(null)
  const report = shallowRef<ImportReport | null>(null)
  const problem = shallowRef<ImportProblem | null>(null)
  const busy = ref<ImportStep | null>(null)
  const activeJob = ref<string | null>(null)
  /** Whether the plan on screen is of the mapping and options on screen. */
  const planIsCurrent = ref(false)
  /** Grows with every import and removal, so that lists load anew. */
  const changes = ref(0)
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  const progress = computed(() => {
    const id = activeJob.value
    return id === null ? null : (jobs.follow(id).summary?.progress ?? null)
  })
  const rows = computed(() => {
    const { mapping } = draft.value
    return mapping === null || survey.value === null ? [] : mappingRows(mapping, survey.value)
  })
  const doubts = computed(() => rows.value.filter(({ state }) => state === 'doubtful'))
  const format = computed(() => formats.value.find(({ name }) => name === chosenFormat()) ?? null)
  /** Conflicts that rule `ask` leaves to a person and that have no answer yet. */
  const unanswered = computed(() => {
    const { settings, answers } = draft.value
    if (settings.rule !== 'ask' || plan.value === null) return 0
    return Math.max(0, plan.value.conflicts - Object.keys(answers).length)
  })
  const canApply = computed(
    () =>
      plan.value !== null &&
      planIsCurrent.value &&
      doubts.value.length === 0 &&
      unanswered.value === 0 &&
      busy.value === null,
  )

  function project(): string {
    if (currentProject.value !== null) return currentProject.value
    throw new StudioError({ code: 'no-project', message: 'No project is open.', hint: 'Open one from Home.' })
  }

  function chosenFormat(): string | undefined {
    return draft.value.format ?? survey.value?.format ?? detections.value?.at(0)?.format
  }

  /** Does one step with its job; what an earlier turn answers after a newer one began is dropped. */
  async function step<T>(name: ImportStep, start: () => Promise<{ job: string }>, job: 'survey' | 'plan' | 'apply') {
    const mine = ++turn
    busy.value = name
    problem.value = null
    try {
      const { job: id } = await start()
      if (mine !== turn) {
        await jobs.cancel(id)
        return null
      }
      draft.value = { ...draft.value, jobs: { ...draft.value.jobs, [job]: id } }
      return await follow<T>(name, id, mine)
    } catch (error) {
      fail(name, error, mine)
      return null
    }
  }

  async function follow<T>(name: ImportStep, id: string, mine: number): Promise<T | null> {
    busy.value = name
    activeJob.value = id
    const result = await jobs.result<T>(id)
    if (mine !== turn) return null
    busy.value = null
    activeJob.value = null
    return result
  }

  function fail(name: ImportStep, error: unknown, mine: number): void {
    if (mine !== turn) return
    busy.value = null
    activeJob.value = null
    if (reportOf(error).code !== 'cancelled') problem.value = { step: name, error }
  }

  /** Begins with a folder or file; choosing the same again keeps what was done to its mapping. */
  async function choose(place: ChosenPlace): Promise<void> {
    const again = draft.value.place?.place === place.place && draft.value.mapping !== null
    await leavePlan()
    draft.value = again ? { ...draft.value, place } : { ...freshDraft(), place, settings: keptSettings() }
    report.value = null
    survey.value = null
    await detect()
    if (problem.value === null && chosenFormat() !== undefined) await look()
  }

  /** Settings that hold for several sources in turn. */
  function keptSettings(): Draft['settings'] {
    const { copy, split, rule } = draft.value.settings
    return { ...freshDraft().settings, copy, split, rule: rule.startsWith('source:') ? 'first' : rule }
  }

  async function detect(): Promise<void> {
    const { place } = draft.value
    if (place === null) return
    const mine = ++turn
    busy.value = 'detect'
    problem.value = null
    detections.value = null
    try {
      const [found, known] = await Promise.all([
        client.datasets.detect({ source: place.place }),
        client.datasets.formats(),
      ])
      if (mine !== turn) return
      formats.value = known
      detections.value = found
      busy.value = null
    } catch (error) {
      fail('detect', error, mine)
    }
  }

  async function chooseFormat(name: string): Promise<void> {
    draft.value = { ...draft.value, format: name, mapping: null, formatOptions: {} }
    await look()
  }

  async function setFormatOption(name: string, value: string): Promise<void> {
    const { [name]: _former, ...others } = draft.value.formatOptions
    draft.value = { ...draft.value, mapping: null, formatOptions: value === '' ? others : { ...others, [name]: value } }
    await look()
  }

  /** The first look: names and examples; then the plan. */
  async function look(): Promise<void> {
    const { place, formatOptions, mapping } = draft.value
    if (place === null) return
    await leavePlan()
    survey.value = null
    const input = { project: project(), source: place.place, format: chosenFormat(), options: formatOptions }
    const found = await step<SourceSurvey>('survey', () => client.datasets.survey(input), 'survey')
    if (found === null) return
    survey.value = found
    if (mapping === null || mapping.format !== found.format) setMapping(found.mapping as Mapping, 0)
    else planSoon(0)
  }

  function setMapping(mapping: Mapping, pause = pauseMs): void {
    draft.value = { ...draft.value, mapping }
    planSoon(pause)
  }

  function setSettings(change: Partial<Draft['settings']>): void {
    draft.value = { ...draft.value, settings: { ...draft.value.settings, ...change } }
    planSoon(pauseMs)
  }

  function planSoon(pause: number): void {
    planIsCurrent.value = false
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => void makePlan(), pause)
  }

  async function makePlan(): Promise<void> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const { place, mapping, formatOptions, settings } = draft.value
    if (place === null || mapping === null) return
    if (busy.value === 'plan' && activeJob.value !== null) await jobs.cancel(activeJob.value)
    const { name, split, copy, limit, rule, near } = settings
    const input = {
      project: project(),
      source: place.place,
      format: chosenFormat(),
      mapping,
      confirmed: false,
      name: name.trim() === '' ? undefined : name.trim(),
      split: split === 'source' ? undefined : split,
      copy,
      limit: limit ?? undefined,
      rule,
      near,
      survey: survey.value?.survey,
      replaces: plan.value?.plan,
      options: formatOptions,
    }
    const made = await step<ImportPlanSummary>('plan', () => client.datasets.planImport(input), 'plan')
    if (made === null) return
    plan.value = made
    planIsCurrent.value = true
    draft.value = { ...draft.value, plan: made.plan }
  }

  async function apply(): Promise<void> {
    if (plan.value === null || !canApply.value) return
    const { plan: id, name } = plan.value
    const answers = Object.entries(draft.value.answers).map(([label, choice]) => ({ label: Number(label), choice }))
    draft.value = { ...draft.value, applying: { plan: id, name }, jobs: { ...draft.value.jobs, apply: null } }
    const done = await step<ImportReport>(
      'apply',
      () => client.datasets.applyImport({ plan: id, ...(draft.value.settings.rule === 'ask' && { answers }) }),
      'apply',
    )
    if (done !== null) return finish(done)
    // Whatever became of it, the plan is used up.
    plan.value = null
    planIsCurrent.value = false
    const failure = problem.value
    if (failure === null) {
      draft.value = { ...draft.value, applying: null, plan: null }
      planSoon(0)
    } else if (failure.step === 'apply' && reportOf(failure.error).code !== unreachableCode) {
      await explainApply({ plan: id, name }, failure.error, turn)
    }
    // Where the service does not answer, `restore` asks what became of it when it is back.
  }

  function finish(done: ImportReport): void {
    report.value = done
    plan.value = null
    survey.value = null
    detections.value = null
    changes.value++
    draft.value = { ...freshDraft(), settings: keptSettings() }
  }

  async function cancel(): Promise<void> {
    if (activeJob.value !== null) await jobs.cancel(activeJob.value)
  }

  /** Puts the import aside; nothing of it is in the project. */
  async function leave(): Promise<void> {
    await cancel()
    await leavePlan()
    turn++
    busy.value = null
    activeJob.value = null
    survey.value = null
    detections.value = null
    problem.value = null
    draft.value = { ...freshDraft(), settings: keptSettings() }
  }

  async function leavePlan(): Promise<void> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const waiting = plan.value?.plan ?? draft.value.plan
    plan.value = null
    planIsCurrent.value = false
    if (waiting !== null) await client.datasets.discardImport({ plan: waiting }).catch(() => undefined)
    draft.value = { ...draft.value, plan: null }
  }

  /** Goes on after a reload of the window, or after the service came back. */
  async function restore(): Promise<void> {
    const { place, jobs: known, applying } = draft.value
    if (place === null || busy.value !== null) return
    if (applying !== null) return restoreApply(applying, known.apply, ++turn)
    if (survey.value !== null) return
    if (formats.value.length === 0) formats.value = await client.datasets.formats()
    const mine = ++turn
    if (known.survey === null) return void (await choose(place))
    try {
      survey.value = await follow<SourceSurvey>('survey', known.survey, mine)
    } catch {
      // The service was started anew and has forgotten its first look.
      if (mine === turn) await look()
      return
    }
    const waiting = (await client.imports.waiting({ project: project() })).find(
      (each) => each.plan === draft.value.plan,
    )
    if (mine !== turn) return
    plan.value = waiting ?? null
    planIsCurrent.value = waiting !== undefined
    if (waiting === undefined) planSoon(0)
  }

  /** Follows an import that goes on, or says what became of it. */
  async function restoreApply(applying: Applying, job: string | null, mine: number): Promise<void> {
    if (job === null) return explainApply(applying, interrupted(applying.name), mine)
    try {
      const done = await follow<ImportReport>('apply', job, mine)
      if (done !== null) finish(done)
    } catch (error) {
      await explainApply(applying, error, mine)
    }
  }

  /** What became of an import whose job failed, or is not known any more: the project remembers. */
  async function explainApply({ plan: id, name }: Applying, error: unknown, mine: number): Promise<void> {
    const { state, result } = await client.imports.outcome({ project: project(), plan: id })
    if (mine !== turn) return
    if (state === 'done') return finish(result as ImportReport)
    plan.value = null
    planIsCurrent.value = false
    draft.value = { ...draft.value, applying: null, plan: null, jobs: { ...draft.value.jobs, apply: null } }
    changes.value++
    const isLost = state === 'interrupted' || reportOf(error).code === 'interrupted'
    fail('apply', isLost ? interrupted(name) : error, mine)
  }

  watch(currentProject, () => {
    turn++
    busy.value = null
    activeJob.value = null
    survey.value = null
    detections.value = null
    plan.value = null
    planIsCurrent.value = false
    report.value = null
    problem.value = null
  })

  return {
    draft,
    formats,
    format,
    detections,
    survey,
    plan,
    planIsCurrent,
    report,
    problem,
    busy,
    activeJob,
    progress,
    rows,
    doubts,
    unanswered,
    canApply,
    changes,
    choose,
    detect,
    chooseFormat,
    setFormatOption,
    look,
    setMapping,
    setSettings,
    makePlan,
    apply,
    cancel,
    leave,
    restore,
    explainApply,
  }
})

function interrupted(name: string): StudioError {
  return new StudioError({
    code: 'import-interrupted',
    message: `The service ended while “${name}” was being imported. Nothing of it was imported: the project is as it was.`,
    hint: 'Plan it again below, or choose the folder again; your mapping is kept.',
  })
}
