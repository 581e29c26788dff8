interface Refusal {
  readonly field: string
  readonly message: string
  readonly hint: string
}

/** What stands at the choices that a refusal is about; null where it is about others, or there is none. */
export function problemOf(refused: Refusal | null, fields: readonly string[]): string | null {
  return refused !== null && fields.includes(refused.field) ? sentenceOf(refused) : null
}

/** Why choices cannot be trained with, and what to do, in one sentence. */
export function sentenceOf({ message, hint }: Pick<Refusal, 'message' | 'hint'>): string {
  return `${message}: ${hint}.`
}
