/** One step of the schema. Versions count from 1 without gaps; a step that was released never changes. */
export interface Migration {
  readonly version: number
  readonly title: string
  readonly sql: string
}
