import type { BrowseRow } from '../../../core/api/browse.ts'
import { formatCount } from '../../ui/numbers.ts'

const words: Readonly<Record<string, string>> = { l: 'labelled', v: 'verified', r: 'rejected' }

/** What a tile shows, in words, for those who do not see it. */
export function tileName(row: BrowseRow | undefined, index: number, tasks: readonly string[]): string {
  const place = formatCount(index + 1)
  if (row === undefined) return `${place}, loading`
  const labels = tasks.flatMap((task, at) => {
    const word = words[row.states[at]]
    return word === undefined ? [] : [`${task} ${word}`]
  })
  const who = row.person === 0 ? `picture ${row.image}, nobody in it` : `person ${row.person}`
  const marks = [...labels, ...(row.suspect ? ['suspect'] : []), ...(row.disputed ? ['disputed'] : [])]
  return `${place}: ${who}, ${marks.length === 0 ? 'not annotated' : marks.join(', ')}`
}
