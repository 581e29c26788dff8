import { splits } from '../../dataset/label.ts'
import { answerCodes, splitCodes, stateCodes, suspectCodes, type PeopleColumns } from './columns.ts'

export type FacetGroup = 'source' | 'labels' | 'suspects' | 'answers' | 'people' | 'picture'

export interface FacetValue {
  readonly value: string
  readonly title: string
  /** Code in the facet's column; for `source`, position of the source. */
  readonly code: number
}

/**
 * Something that people are chosen by, with its values: one column that holds a code a row (`codes`), or a column a value
 * where a row can have several (`flags`).
 */
export type Facet = {
  readonly id: string
  readonly group: FacetGroup
  readonly title: string
  readonly values: readonly FacetValue[]
} & (
  | { readonly codes: Uint8Array | Uint16Array; readonly flags?: undefined }
  | { readonly flags: readonly Uint8Array[]; readonly codes?: undefined }
)

const none = '(none)'

/** Facets of a project, in the order in which they are shown. */
export function facetsOf(columns: PeopleColumns): Facet[] {
  const facets: Facet[] = [
    {
      id: 'source',
      group: 'source',
      title: 'Source',
      values: columns.sources.map(({ id, name }, code) => ({ value: String(id), title: name, code })),
      flags: columns.sources.map(({ has }) => has),
    },
    ...columns.tasks.map(stateFacet),
  ]
  for (const task of columns.tasks) {
    const values = [
      { value: 'open', title: 'suspect', code: suspectCodes.open },
      { value: 'decided', title: 'decided', code: suspectCodes.decided },
      { value: 'clear', title: 'not suspect', code: suspectCodes.clear },
      { value: 'none', title: 'not ranked', code: suspectCodes.none },
    ]
    if (task.suspect.some((code) => code !== suspectCodes.none)) {
      facets.push({ id: `suspect:${task.name}`, group: 'suspects', title: task.name, values, codes: task.suspect })
    }
  }
  for (const task of columns.tasks) {
    for (const { name, codes } of task.answers) {
      const values = [
        { value: 'yes', title: 'yes', code: answerCodes.yes },
        { value: 'no', title: 'no', code: answerCodes.no },
        { value: 'none', title: 'not annotated', code: answerCodes.none },
      ]
      facets.push({ id: `answer:${task.name}/${name}`, group: 'answers', title: name, values, codes })
    }
  }
  return [...facets, ...pictureFacets(columns)]
}

function stateFacet({ name, state }: PeopleColumns['tasks'][number]): Facet {
  const values = [
    { value: 'labelled', title: 'labelled', code: stateCodes.labelled },
    { value: 'verified', title: 'verified', code: stateCodes.verified },
    { value: 'rejected', title: 'rejected', code: stateCodes.rejected },
    { value: 'none', title: 'not annotated', code: stateCodes.unlabelled },
  ]
  return { id: `task:${name}`, group: 'labels', title: name, values, codes: state }
}

function pictureFacets(columns: PeopleColumns): Facet[] {
  const named = (names: readonly string[]): FacetValue[] =>
    names.map((name, code) => ({ value: code === 0 ? '' : name, title: code === 0 ? none : name, code }))
  return [
    {
      id: 'split',
      group: 'picture',
      title: 'Split',
      values: [
        ...splits.map((split) => ({ value: split, title: split, code: splitCodes[split] })),
        { value: 'none', title: none, code: 0 },
      ],
      codes: columns.split,
    },
    {
      id: 'disputed',
      group: 'labels',
      title: 'Sources disagree',
      values: [{ value: 'yes', title: 'disputed', code: 1 }],
      codes: columns.disputed,
    },
    ...(columns.reviewerNames.length > 1
      ? [peopleFacet('reviewer', 'Changed last by', named(columns.reviewerNames), columns.reviewer)]
      : []),
    ...(columns.assigneeNames.length > 1
      ? [peopleFacet('assignee', 'Assigned to', named(columns.assigneeNames), columns.assignee)]
      : []),
  ]
}

function peopleFacet(id: string, title: string, values: readonly FacetValue[], codes: Uint16Array): Facet {
  return { id, group: 'people', title, values, codes }
}
