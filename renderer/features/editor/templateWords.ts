import type { TemplatePreview } from '../../../core/api/templates.ts'
import { formatCount } from '../../ui/numbers.ts'

const listed = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${formatCount(names.length - 3)} more`

const labelCount = (count: number): string => `${formatCount(count)} ${count === 1 ? 'label' : 'labels'}`

/** A line of a preview; `careful`: something is no longer seen. */
export interface PreviewLine {
  readonly text: string
  readonly careful: boolean
}

/** What a change of a template does, in sentences. */
export function previewLines({
  labels,
  added,
  removed,
  renamed,
  reordered,
  limbs,
  paired,
}: TemplatePreview): PreviewLine[] {
  const line = (text: string, careful = false): PreviewLine => ({ text, careful })
  return [
    ...removed.map(({ name, labels: count }) =>
      line(
        count === 0
          ? `${name} goes; no label has it.`
          : `${name} goes: it is annotated in ${labelCount(count)}, and is back there when this is taken back.`,
        count > 0,
      ),
    ),
    ...(added.length > 0 ? [line(`${listed(added)}: new, not annotated in ${labelCount(labels)}.`)] : []),
    ...renamed.map(({ from, to }) => line(`${from} is called ${to}.`)),
    ...(reordered ? [line('Joints are placed in another order.')] : []),
    ...(limbs.added > 0 ? [line(`${formatCount(limbs.added)} new ${limbs.added === 1 ? 'limb' : 'limbs'}.`)] : []),
    ...(limbs.removed > 0
      ? [line(`${formatCount(limbs.removed)} ${limbs.removed === 1 ? 'limb goes' : 'limbs go'}.`)]
      : []),
    ...(paired ? [line('Left and right are paired otherwise.')] : []),
    line(`${labelCount(labels)} of the task: none is rewritten.`),
  ]
}

/** The same in a few words, for the history: "2 joints added, 1 removed". */
export function changeWords({ added, removed, renamed, reordered, limbs, paired }: TemplatePreview): string {
  const counted = [
    [added.length, 'added'],
    [removed.length, 'removed'],
    [renamed.length, 'renamed'],
  ] as const
  const words = counted.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []))
  if (reordered) words.push('reordered')
  if (limbs.added + limbs.removed > 0) words.push('limbs changed')
  if (paired) words.push('sides changed')
  return words.join(', ')
}
