import type { LabelState, Split } from '../../dataset/label.ts'

/** Label states as stored in columns; 0: none (not annotated). */
export const stateCodes: Readonly<Record<LabelState, number>> = { unlabelled: 0, labelled: 1, verified: 2, rejected: 3 }
export const splitCodes: Readonly<Record<Split, number>> = { train: 1, val: 2, test: 3 }
/** 0: not ranked. */
export const suspectCodes = { none: 0, clear: 1, open: 2, decided: 3 } as const
/** 0: not annotated. */
export const answerCodes = { none: 0, yes: 1, no: 2 } as const

export interface TaskColumns {
  readonly task: number
  readonly name: string
  readonly state: Uint8Array
  readonly suspect: Uint8Array
  /** NaN: not ranked. */
  readonly score: Float32Array
  /** Visible joints; NaN: no such label. Only for keypoints. */
  readonly joints: Float32Array | null
  /** By attribute. Only for attributes. */
  readonly answers: readonly { readonly name: string; readonly codes: Uint8Array }[]
}

/** People (and pictures without people) by columns; row r of every array is one of them, people by ascending id first. */
export interface PeopleColumns {
  readonly rows: number
  /** Rows that are people; further rows are pictures without any, person 0. */
  readonly people: number
  readonly person: Int32Array
  readonly image: Int32Array
  readonly x: Float32Array
  readonly y: Float32Array
  readonly width: Float32Array
  readonly height: Float32Array
  readonly imageWidth: Float32Array
  readonly imageHeight: Float32Array
  readonly split: Uint8Array
  readonly disputed: Uint8Array
  /** 1: gone since the columns were read. */
  readonly removed: Uint8Array
  readonly sources: readonly { readonly id: number; readonly name: string; readonly has: Uint8Array }[]
  readonly tasks: readonly TaskColumns[]
  /** Index into `reviewerNames`; 0: nobody. */
  readonly reviewer: Uint16Array
  readonly reviewerNames: string[]
  readonly assignee: Uint16Array
  readonly assigneeNames: string[]
}

/** Row of a person by binary search; −1: not there. */
export function rowOfPerson(columns: PeopleColumns, person: number): number {
  let low = 0
  let high = columns.people - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (columns.person[middle] < person) low = middle + 1
    else high = middle - 1
  }
  return low < columns.people && columns.person[low] === person ? low : -1
}

/** Index of a name in a list that it is added to when new. */
export function nameIndex(names: string[], name: string | null): number {
  if (name === null) return 0
  const known = names.indexOf(name)
  if (known >= 0) return known
  // 65,535 names fit; the rest counts as nobody.
  return names.length >= 65_535 ? 0 : names.push(name) - 1
}
