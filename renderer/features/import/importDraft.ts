import type { Mapping } from '../../../core/dataset/mapping.ts'
import type { ChosenPlace } from '../../desktop/desktopBridge.ts'

/** What a person chose for an import that is not applied yet; remembered by the window. */
export interface Draft {
  readonly place: ChosenPlace | null
  /** null: the likeliest. */
  readonly format: string | null
  readonly formatOptions: Readonly<Record<string, string>>
  /** null: as proposed. */
  readonly mapping: Mapping | null
  readonly settings: {
    /** Empty: the folder's or file's. */
    readonly name: string
    readonly split: 'source' | 'train' | 'val' | 'test'
    readonly copy: boolean
    readonly limit: number | null
    readonly rule: string
    readonly near: { readonly join: boolean; readonly except: string[] }
  }
  /** Rule `ask`: the project's label → which is in force. */
  readonly answers: Readonly<Record<string, 'known' | 'incoming'>>
  readonly plan: string | null
  /** Set while a plan is being applied. */
  readonly applying: { readonly plan: string; readonly name: string } | null
  readonly jobs: { readonly survey: string | null; readonly plan: string | null; readonly apply: string | null }
}

export function freshDraft(): Draft {
  return {
    place: null,
    format: null,
    formatOptions: {},
    mapping: null,
    settings: { name: '', split: 'source', copy: false, limit: null, rule: 'first', near: { join: false, except: [] } },
    answers: {},
    plan: null,
    applying: null,
    jobs: { survey: null, plan: null, apply: null },
  }
}

/** Whether what was remembered is a draft of this version. */
export function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null) return false
  return Object.keys(freshDraft()).every((key) => key in value)
}
