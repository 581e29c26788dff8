import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { LineComparison } from '../../../core/api/comparison.ts'
import type {
  RelationMatrix,
  RunSetDetail,
  RunSetLine,
  RunSetSummary,
  TaskPotential,
} from '../../../core/api/runSets.ts'
import type { TrainingOptions } from '../../../core/api/training.ts'
import { client } from '../../api/client.ts'
import { currentProject } from '../../stores/currentProject.ts'
import { useJobs } from '../../stores/jobs.ts'
import { useRemembered } from '../../stores/remembered.ts'

const isSet = (value: unknown): value is number | null => value === null || typeof value === 'number'
const refreshAfterMs = 250

/** Sets of runs of the open project, the one that is looked at with its table, and what is known of how tasks relate. */
export const useRunSets = defineStore('runSets', () => {
  const jobs = useJobs()
  const sets = ref<RunSetSummary[]>([])
  const loaded = ref(false)
  const problem = shallowRef<unknown>(null)
  const selected = useRemembered<number | null>('training.set', () => null, { accepts: isSet })
  const detail = shallowRef<RunSetDetail | null>(null)
  const comparison = shallowRef<LineComparison | null>(null)
  const against = ref<string | undefined>(undefined)
  const relations = shallowRef<RelationMatrix | null>(null)
  const potentials = shallowRef<TaskPotential[]>([])
  let timer: ReturnType<typeof setTimeout> | null = null
  const stops = new Map<string, () => void>()

  const current = computed(() => sets.value.find(({ set }) => set === selected.value) ?? null)

  async function load(): Promise<void> {
    const project = currentProject.value
    if (project === null) return
    try {
      const [listed, matrix, reached] = await Promise.all([
        client.runSets.list({ project }),
        client.runSets.relations({ project }),
        client.runSets.potentials({ project }),
      ])
      if (project !== currentProject.value) return
      sets.value = listed
      relations.value = matrix
      potentials.value = reached
      if (!listed.some(({ set }) => set === selected.value)) selected.value = listed[0]?.set ?? null
      await loadSelected()
      loaded.value = true
      problem.value = null
    } catch (error) {
      problem.value = error
    }
  }

  /** The set that is looked at: its runs, and their table as soon as one is done. */
  async function loadSelected(): Promise<void> {
    const project = currentProject.value
    const set = selected.value
    if (project === null || set === null) {
      detail.value = null
      comparison.value = null
      return
    }
    const found = await client.runSets.detail({ project, set })
    const known = found.members.some(({ line }) => line === against.value)
    const table =
      found.summary.done === 0
        ? null
        : await client.runSets.compare({ project, sets: [set], against: known ? against.value : undefined }).catch(() =>
            // The line that was chosen has no finished run yet.
            client.runSets.compare({ project, sets: [set] }),
          )
    if (project !== currentProject.value || set !== selected.value) return
    detail.value = found
    comparison.value = table
  }

  function refreshSoon(): void {
    timer ??= setTimeout(() => {
      timer = null
      void load()
    }, refreshAfterMs)
  }

  const working = computed(() =>
    jobs.running.filter((job) => job.kind === 'run-set' && job.project === currentProject.value).map(({ id }) => id),
  )
  watch(
    working,
    (ids) => {
      for (const id of ids) {
        if (stops.has(id)) continue
        stops.set(
          id,
          jobs.listen(id, (event) => {
            if (event.type !== 'progress') refreshSoon()
          }),
        )
      }
      for (const [id, stop] of stops) {
        if (ids.includes(id)) continue
        stop()
        stops.delete(id)
        refreshSoon()
      }
    },
    { immediate: true },
  )
  watch([selected, against], () => void loadSelected().catch((error: unknown) => (problem.value = error)))

  async function create(name: string, lines: readonly RunSetLine[], seeds: readonly number[]): Promise<void> {
    const project = currentProject.value
    if (project === null) return
    const { set } = await client.runSets.create({ project, name, lines: [...lines], seeds: [...seeds] })
    await load()
    selected.value = set
  }

  async function testRelations(name: string, options: TrainingOptions, seeds: readonly number[]): Promise<void> {
    const project = currentProject.value
    if (project === null) return
    await client.runSets.testRelations({ project, name, options, seeds: [...seeds] })
    await load()
  }

  async function continueSet(set: number): Promise<void> {
    const project = currentProject.value
    if (project === null) return
    await client.runSets.continue({ project, set })
    await load()
  }

  async function remove(set: number): Promise<void> {
    const project = currentProject.value
    if (project === null) return
    await client.runSets.remove({ project, set })
    await load()
  }

  /** `negative` null: as measured. */
  async function setRelation(from: string, to: string, negative: boolean | null): Promise<void> {
    const project = currentProject.value
    if (project !== null) relations.value = await client.runSets.setRelation({ project, from, to, negative })
  }

  /** `accuracy` null: as measured. */
  async function setPotential(task: string, accuracy: number | null): Promise<void> {
    const project = currentProject.value
    if (project !== null) potentials.value = await client.runSets.setPotential({ project, task, accuracy })
  }

  return {
    sets,
    loaded,
    problem,
    selected,
    current,
    detail,
    comparison,
    against,
    relations,
    potentials,
    load,
    create,
    testRelations,
    continueSet,
    remove,
    setRelation,
    setPotential,
  }
})
