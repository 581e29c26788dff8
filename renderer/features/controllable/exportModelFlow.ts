import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import {
  exportModelFormats,
  exportModelResult,
  type ExportModelFormat,
  type ExportModelResult,
} from '../../../core/api/controllable.ts'
import type { ChildPlace } from '../../../core/api/place.ts'
import { client } from '../../api/client.ts'
import { reportOf } from '../../api/studioError.ts'
import type { ChosenPlace } from '../../desktop/desktopBridge.ts'
import { useChildTarget } from '../../places/useChildTarget.ts'
import { currentProject } from '../../stores/currentProject.ts'
import { useJobs } from '../../stores/jobs.ts'
import { useRemembered } from '../../stores/remembered.ts'
import { formatBytes, formatCount } from '../../ui/numbers.ts'
import { writeBudget } from './budget.ts'
import { useControllable } from './controllableStore.ts'
import { percentsOf } from './shares.ts'

/** Where and how models of a project are exported; remembered by the window. */
export interface ModelExportDraft {
  readonly format: ExportModelFormat
  readonly batch: number
  readonly folder: ChosenPlace | null
  /** '': named after what is exported. */
  readonly name: string
  readonly job: string | null
}

/** Four bytes a weight, as they are computed with. */
const weightBytes = 4

interface FormatWords {
  readonly title: string
  readonly hint: string
}

export const formatWords: Readonly<Record<ExportModelFormat, FormatWords>> = {
  safetensors: {
    title: 'safetensors',
    hint: 'The weights in one file and the network’s layers as JSON: read by NumPy, PyTorch, JAX and a few lines of anything.',
  },
  'saved-model': {
    title: 'TensorFlow SavedModel',
    hint: 'A folder that TensorFlow, TensorFlow Serving and their converters (TFLite, TensorFlow.js) load and run. Writing it needs the TensorFlow engine (Settings).',
  },
}

const isDraft = (value: unknown): value is ModelExportDraft =>
  typeof value === 'object' &&
  value !== null &&
  'format' in value &&
  exportModelFormats.some((format) => format === value.format) &&
  'batch' in value &&
  typeof value.batch === 'number' &&
  'folder' in value &&
  'name' in value &&
  typeof value.name === 'string' &&
  'job' in value

/** One sub-network on its way to a folder: what is chosen, its job, what was written. */
export const useExportModel = defineStore('exportModel', () => {
  const jobs = useJobs()
  const controllable = useControllable()
  const draft = useRemembered<ModelExportDraft>(
    'controllable.export',
    () => ({ format: 'safetensors', batch: 1, folder: null, name: '', job: null }),
    { accepts: isDraft },
  )
  const written = shallowRef<{ readonly result: ExportModelResult; readonly place: ChildPlace | null } | null>(null)
  const problem = shallowRef<unknown>(null)

  /** After the run, what is preferred and the budget: `run-3-parts70-pose30-20M`. */
  const proposedName = computed(() => {
    const { run, wish } = controllable
    if (run === null || wish === null) return ''
    const shares = Object.entries(percentsOf(wish.shares)).map(([task, percent]) => `${task}${percent}`)
    const name = [`run-${run}`, ...shares, writeBudget(wish.budget, 'en').replaceAll(/[ ,]/g, '')].join('-')
    return name.replaceAll(/[^\p{Letter}\p{Number}.-]+/gu, '_').slice(0, 120)
  })
  const name = computed(() => (draft.value.name.trim() === '' ? proposedName.value : draft.value.name.trim()))
  const { target, targetProblem, findTarget } = useChildTarget(
    () => draft.value.folder,
    () => name.value,
  )
  const isExporting = computed(() => draft.value.job !== null)
  const canExport = computed(() => target.value !== null && !isExporting.value && controllable.choice !== null)
  const progress = computed(() =>
    draft.value.job === null ? null : (jobs.follow(draft.value.job).summary?.progress ?? null),
  )
  /** What will be written, in words; null while nothing can be. */
  const contents = computed(() => {
    const { choice } = controllable
    if (choice === null) return null
    const size = `${formatCount(choice.parameters)} weights, ${formatBytes(choice.parameters * weightBytes)}`
    const takes = draft.value.batch === 1 ? 'one image at a time' : `${formatCount(draft.value.batch)} images at a time`
    return `${size}; it takes ${takes} and knows this one configuration only.`
  })

  function change(part: Partial<ModelExportDraft>): void {
    draft.value = { ...draft.value, ...part }
    problem.value = null
  }

  async function start(): Promise<void> {
    const project = currentProject.value
    const { run, wish } = controllable
    const place = target.value
    if (project === null || run === null || wish === null || place === null || !canExport.value) return
    problem.value = null
    written.value = null
    const { format, batch } = draft.value
    try {
      const asked = { project, run, preferences: wish.shares, budget: wish.budget, out: place.place, format, batch }
      const { job } = await client.controllable.export(asked)
      draft.value = { ...draft.value, job }
      await follow(job, place)
    } catch (error) {
      problem.value = error
    }
  }

  async function follow(job: string, place: ChildPlace | null): Promise<void> {
    try {
      const result = exportModelResult.parse(await jobs.result(job))
      if (draft.value.job !== job || result.run !== controllable.run) return
      written.value = { result, place }
      // The next one is another: it is named after what it is until somebody names it.
      draft.value = { ...draft.value, name: '' }
    } catch (error) {
      if (draft.value.job === job && reportOf(error).code !== 'cancelled') problem.value = error
    } finally {
      if (draft.value.job === job) draft.value = { ...draft.value, job: null }
      await findTarget()
    }
  }

  async function cancel(): Promise<void> {
    if (draft.value.job !== null) await jobs.cancel(draft.value.job)
  }

  /** Goes on after a reload. */
  function begin(): void {
    if (draft.value.job !== null && written.value === null) void follow(draft.value.job, null)
    void findTarget()
  }

  watch([currentProject, () => controllable.run], () => {
    written.value = null
    problem.value = null
    void findTarget()
  })

  return {
    draft,
    proposedName,
    target,
    targetProblem,
    written,
    problem,
    isExporting,
    canExport,
    progress,
    contents,
    change,
    start,
    cancel,
    begin,
  }
})
