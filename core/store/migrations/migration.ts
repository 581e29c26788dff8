/** One step of the schema. Versions count from 1 without gaps; a step that was released never changes. */
export interface Migration {
  readonly version: number
  readonly title: string
  /**
   * It makes a table anew that others refer to: foreign keys are off meanwhile, since dropping the old one would take the rows of the
   * others with it, and are looked at before it counts.
   */
  readonly remakesTables?: true
  readonly sql: string
}
