/**
 * An error meant for people: a stable kebab-case code, what happened (with the file or id), and what to do about it.
 * The command line prints `code: message` and `hint: …`; the API carries all three.
 */
export class MendError extends Error {
  readonly code: string
  readonly hint: string

  constructor(code: string, message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MendError'
    this.code = code
    this.hint = hint
  }
}
