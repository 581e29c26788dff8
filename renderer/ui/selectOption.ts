/** One choice of UiSelect and UiSegmented. */
export interface SelectOption<T extends string | number = string> {
  readonly value: T
  readonly title: string
  /** A sentence beneath the title, shown in lists. */
  readonly hint?: string
  readonly disabled?: boolean
}
