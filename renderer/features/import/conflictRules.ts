import type { SourceSummary } from '../../../core/api/project.ts'
import type { SelectOption } from '../../ui/selectOption.ts'

/** Rules for labels of two sources that say different things; a person's own work is never displaced. */
export function ruleOptions(sources: readonly SourceSummary[], incoming: string | null): SelectOption[] {
  const named = sources.map(({ name }) => name).filter((name) => name !== incoming)
  return [
    { value: 'first', title: 'keep the project’s label', hint: 'the import’s stays beside it as a candidate' },
    { value: 'last', title: 'take the import’s label', hint: 'the project’s stays beside it; a person’s own is kept' },
    { value: 'ask', title: 'ask me one by one' },
    ...named.map((name) => ({ value: `source:${name}`, title: `prefer ${name}` })),
  ]
}
