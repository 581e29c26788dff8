import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { ExportPreview, ExportResult, FormatDescription } from '../../../core/api/dataset.ts'
import { client } from '../../api/client.ts'
import { reportOf } from '../../api/studioError.ts'
import { useChildTarget } from '../../places/useChildTarget.ts'
import { currentProject } from '../../stores/currentProject.ts'
import { useJobs } from '../../stores/jobs.ts'
import { useRemembered } from '../../stores/remembered.ts'
import { exportChoiceOf, freshExportDraft, isExportDraft, type ExportDraft } from './exportDraft.ts'

const pauseMs = 400

/** One export on its way: what is chosen, what it would write and lose, its job, its report. */
export const useExportFlow = defineStore('exportFlow', () => {
  const jobs = useJobs()
  const draft = useRemembered<ExportDraft>('export.draft', freshExportDraft, { accepts: isExportDraft })
  const formats = shallowRef<readonly FormatDescription[]>([])
  const preview = shallowRef<ExportPreview | null>(null)
  const previewIsCurrent = ref(false)
  const previewProblem = shallowRef<unknown>(null)
  const previewJob = ref<string | null>(null)
  const { target, targetProblem, findTarget } = useChildTarget(
    () => draft.value.folder,
    () => draft.value.name,
  )
  const report = shallowRef<ExportResult | null>(null)
  const problem = shallowRef<unknown>(null)
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  const isExporting = computed(() => draft.value.job !== null)
  const canExport = computed(
    () => target.value !== null && !isExporting.value && previewIsCurrent.value && (preview.value?.images ?? 0) > 0,
  )
  const progress = computed(() => progressOf(draft.value.job))
  const previewProgress = computed(() => progressOf(previewJob.value))

  function progressOf(id: string | null) {
    return id === null ? null : (jobs.follow(id).summary?.progress ?? null)
  }

  function change(part: Partial<ExportDraft>): void {
    draft.value = { ...draft.value, ...part }
    report.value = null
    problem.value = null
    const { copyImages: _copy, folder: _folder, name: _name, ...selecting } = part
    if (Object.keys(selecting).length > 0) lookSoon()
  }

  function lookSoon(): void {
    previewIsCurrent.value = false
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => void look(), pauseMs)
  }

  /** Goes through what is chosen, writing nothing. */
  async function look(): Promise<void> {
    const project = currentProject.value
    if (project === null) return
    const mine = ++turn
    previewIsCurrent.value = false
    if (previewJob.value !== null) await jobs.cancel(previewJob.value).catch(() => undefined)
    try {
      const { job } = await client.datasets.previewExport({ project, ...exportChoiceOf(draft.value) })
      if (mine !== turn) return void (await jobs.cancel(job))
      previewJob.value = job
      const found = await jobs.result<ExportPreview>(job)
      if (mine !== turn) return
      preview.value = found
      previewIsCurrent.value = true
      previewProblem.value = null
    } catch (error) {
      if (mine !== turn || reportOf(error).code === 'cancelled') return
      preview.value = null
      previewProblem.value = error
    } finally {
      if (mine === turn) previewJob.value = null
    }
  }

  /** Nobody waits for the preview any more: the screen is left. What is being exported goes on. */
  async function leave(): Promise<void> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    turn++
    const job = previewJob.value
    previewJob.value = null
    if (job !== null) await jobs.cancel(job).catch(() => undefined)
  }

  async function start(): Promise<void> {
    const project = currentProject.value
    if (project === null || target.value === null || !canExport.value) return
    problem.value = null
    report.value = null
    try {
      const { copyImages } = draft.value
      const input = { project, ...exportChoiceOf(draft.value), out: target.value.place, copyImages }
      const { job } = await client.datasets.export(input)
      draft.value = { ...draft.value, job }
      await follow(job)
    } catch (error) {
      problem.value = error
    }
  }

  async function follow(job: string): Promise<void> {
    try {
      const done = await jobs.result<ExportResult>(job)
      if (draft.value.job === job) report.value = done
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

  /** Goes on after a reload; a format that this build cannot write is forgotten. */
  async function begin(project: string): Promise<void> {
    formats.value = (await client.datasets.formats()).filter(({ write }) => write)
    if (currentProject.value !== project) return
    if (!formats.value.some(({ name }) => name === draft.value.format)) {
      draft.value = { ...draft.value, format: formats.value.at(0)?.name ?? draft.value.format }
    }
    if (draft.value.job !== null && report.value === null) void follow(draft.value.job)
    await Promise.all([look(), findTarget()])
  }

  watch(currentProject, () => {
    turn++
    preview.value = null
    previewIsCurrent.value = false
    previewProblem.value = null
    target.value = null
    report.value = null
    problem.value = null
  })

  return {
    draft,
    formats,
    preview,
    previewIsCurrent,
    previewProblem,
    previewProgress,
    target,
    targetProblem,
    report,
    problem,
    isExporting,
    canExport,
    progress,
    change,
    look,
    start,
    cancel,
    begin,
    leave,
  }
})
