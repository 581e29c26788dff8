import { ref, type ComputedRef, type ShallowRef } from 'vue'
import type {
  Decision,
  DecisionConflict,
  QueuedSuspect,
  SuspectsOverview,
  SuspectTask,
} from '../../../core/api/suspects.ts'
import { client } from '../../api/client.ts'
import { useNotices } from '../../stores/notices.ts'
import { formatCount } from '../../ui/numbers.ts'
import { decisionWords } from './suspectTask.ts'
import type { Queue } from './useQueue.ts'

/** Names what a person decides in the labels' history. */
const author = 'studio'

/** What was reviewed when something was decided: by the time that it is stored another task, or run, may be on screen. */
export interface DecidedTask {
  readonly run: number
  readonly task: string
}

/** The review in which something is decided. */
export interface DecidedReview {
  readonly project: string
  readonly overview: Readonly<ShallowRef<SuspectsOverview | null>>
  readonly run: ComputedRef<number | null>
  readonly task: ComputedRef<SuspectTask | null>
  readonly queue: Queue
  openTask(name: string, label: number): Promise<void>
  openQueue(label: number): Promise<void>
  /** Brings a task's counts and the labels' details up to date after a change. */
  recount(of: DecidedTask, labels: readonly number[], undoable: number): Promise<void>
}

/**
 * Decisions about suspects and taking them back: on screen at once, at the service behind it, one after another as they were made.
 */
export function useDecisions({ project, overview, run, task, queue, openTask, openQueue, recount }: DecidedReview) {
  const notices = useNotices()
  /** Changes that are on their way to the service. */
  const underway = ref(0)
  let turn: Promise<void> = Promise.resolve()
  /** `RUN/LABEL` → what the service last said of it, where it was decided here. */
  const served = new Map<string, Pick<QueuedSuspect, 'decision' | 'decidedAt' | 'revision'>>()

  const keyOf = ({ run: number }: DecidedTask, label: number): string => `${number}/${label}`
  const isShown = (of: DecidedTask): boolean => of.run === run.value && of.task === task.value?.task
  /** Changes rows of the queue, while it is still the one that they are of. */
  function update(of: DecidedTask, changes: Parameters<Queue['update']>[0]): void {
    if (isShown(of)) queue.update(changes)
  }

  function inTurn(change: () => Promise<void>): Promise<void> {
    underway.value++
    const made = turn.then(change).finally(() => underway.value--)
    turn = made.catch(() => undefined)
    return made
  }

  function reportConflicts(conflicts: readonly DecisionConflict[]): void {
    if (conflicts.length === 0) return
    const [first] = conflicts
    const what = first.decision === null ? 'changed' : decisionWords[first.decision]
    notices.tell(
      conflicts.length === 1
        ? `Somebody else ${what} this label in the meantime: look at it again.`
        : `${formatCount(conflicts.length)} labels were decided elsewhere in the meantime; they were left as they are.`,
    )
  }

  /** Rows as they are at the service, after somebody else changed them. */
  async function rereadRows(of: DecidedTask, labels: readonly number[]): Promise<void> {
    const pages = await Promise.all(
      labels.slice(0, 50).map((label) => client.suspects.queue({ project, ...of, at: { around: label }, limit: 3 })),
    )
    const found = pages.flatMap((page) => page.items).filter((row) => labels.includes(row.label))
    for (const row of found) served.set(keyOf(of, row.label), row)
    update(of, new Map(found.map(({ place: _place, ...row }) => [row.label, row])))
  }

  /** Decides about rows of the queue; taken back on screen where it fails. */
  function decide(rows: readonly QueuedSuspect[], decision: Decision, components?: readonly string[]): Promise<void> {
    if (rows.length === 0 || run.value === null || task.value === null) return Promise.resolve()
    const of = { run: run.value, task: task.value.task }
    const at = new Date().toISOString()
    for (const row of rows) if (!served.has(keyOf(of, row.label))) served.set(keyOf(of, row.label), row)
    update(of, new Map(rows.map((row) => [row.label, { decision, decidedAt: at }])))
    return inTurn(() => send(of, rows, decision, components))
  }

  async function send(
    of: DecidedTask,
    rows: readonly QueuedSuspect[],
    decision: Decision,
    components: readonly string[] | undefined,
  ): Promise<void> {
    const labels = rows.map(({ label }) => label)
    const before = new Map(rows.map((row) => [row.label, served.get(keyOf(of, row.label)) ?? row]))
    try {
      const result = await client.suspects.decide({
        project,
        run: of.run,
        by: author,
        decisions: [...before].map(([label, { decision: known, revision }]) => ({
          label,
          decision,
          reason: '',
          seen: { decision: known, revision },
          ...(components === undefined ? {} : { components: [...components] }),
        })),
      })
      for (const { label, revision } of result.made) {
        served.set(keyOf(of, label), { decision, decidedAt: null, revision })
      }
      update(of, new Map(result.made.map(({ label, revision, state }) => [label, { revision, state }])))
      reportConflicts(result.conflicts)
      await rereadRows(
        of,
        result.conflicts.map(({ label }) => label),
      )
      await recount(of, labels, (overview.value?.undoable ?? 0) + (result.made.length > 0 ? 1 : 0))
    } catch (error) {
      update(
        of,
        new Map([...before].map(([label, { decision: known, decidedAt }]) => [label, { decision: known, decidedAt }])),
      )
      notices.failed(rows.length === 1 ? 'The decision was not saved' : 'The decisions were not saved', error)
    }
  }

  /** Takes back the newest decision, or the newest bulk of them, and goes to it. */
  function undo(): Promise<void> {
    return inTurn(takeBack)
  }

  async function takeBack(): Promise<void> {
    if (run.value === null || task.value === null) return
    const here = { run: run.value, task: task.value.task }
    const result = await client.suspects.undo({ project, run: here.run, by: author })
    reportConflicts(result.conflicts)
    const labels = result.undone.map(({ label }) => label)
    const [first] = result.undone
    if (first === undefined) return recount(here, labels, result.remaining)
    const what = labels.length === 1 ? '1 decision' : `${formatCount(labels.length)} decisions`
    notices.tell(`Undone: ${what} (${decisionWords[first.decision]}).`)
    const of = { run: here.run, task: first.task }
    if (!isShown(of) && run.value === of.run) await openTask(of.task, first.label)
    await rereadRows(of, labels)
    await recount(of, labels, result.remaining)
    if (!isShown(of)) return
    const index = queue.rows.value.findIndex((row) => row.label === first.label)
    if (index >= 0) queue.moveTo(index)
    else await openQueue(first.label)
  }

  /** To be called when rows were read anew: what the service said before no longer holds. */
  function forget(): void {
    served.clear()
  }

  return { underway, decide, undo, forget }
}
