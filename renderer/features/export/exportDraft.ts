import type { ChosenPlace } from '../../desktop/desktopBridge.ts'

/** Which states are exported; rejected labels go into the bundle only. */
export const stateChoices = ['all', 'held', 'verified'] as const
export type StateChoice = (typeof stateChoices)[number]

/** What a person chose for exports; remembered by the window. */
export interface ExportDraft {
  readonly format: string
  readonly states: StateChoice
  /** null: all. */
  readonly sources: readonly string[] | null
  readonly tasks: readonly string[] | null
  readonly splits: readonly string[] | null
  /** Decisions about suspects; null: whatever was decided. */
  readonly decisions: readonly string[] | null
  readonly view: number | null
  readonly copyImages: boolean
  readonly folder: ChosenPlace | null
  readonly name: string
  readonly job: string | null
}

export function freshExportDraft(): ExportDraft {
  return {
    format: 'coco',
    states: 'held',
    sources: null,
    tasks: null,
    splits: null,
    decisions: null,
    view: null,
    copyImages: true,
    folder: null,
    name: '',
    job: null,
  }
}

/** Whether what was remembered is a draft of this version. */
export function isExportDraft(value: unknown): value is ExportDraft {
  if (typeof value !== 'object' || value === null) return false
  return Object.keys(freshExportDraft()).every((key) => key in value)
}

export interface ExportChoice {
  readonly format: string
  readonly selection: {
    readonly split?: string[]
    readonly source?: string[]
    readonly task?: string[]
    readonly state?: string[]
    readonly decision?: string[]
  }
  readonly view?: number
}

/** The draft as the service takes it. */
export function exportChoiceOf(draft: ExportDraft): ExportChoice {
  const list = (values: readonly string[] | null): string[] | undefined => (values === null ? undefined : [...values])
  const states = { all: undefined, held: ['labelled', 'verified'], verified: ['verified'] }
  const wanted = {
    split: list(draft.splits),
    source: list(draft.sources),
    task: list(draft.tasks),
    state: states[draft.states],
    decision: list(draft.decisions),
  }
  const selection = Object.fromEntries(Object.entries(wanted).filter(([, values]) => values !== undefined))
  return { format: draft.format, selection, ...(draft.view !== null && { view: draft.view }) }
}

/** `all` without one value, or with it again; null (all) once nothing is missing. */
export function toggled(
  chosen: readonly string[] | null,
  all: readonly string[],
  value: string,
): readonly string[] | null {
  const now = chosen ?? all
  const next = now.includes(value) ? now.filter((each) => each !== value) : [...now, value]
  return all.every((each) => next.includes(each)) ? null : next
}
