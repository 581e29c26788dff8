/** What a column of JSON text holds; null where it holds nothing. */
export function fromJsonColumn(text: string | null): unknown {
  return text === null ? null : JSON.parse(text)
}

/** A value for a column of JSON text, or null for what is not given: `coalesce` then leaves the column as it is. */
export function toJsonColumn(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}
