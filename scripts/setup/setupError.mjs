/** An error for people, as the command line prints it: `code: message` and `hint: what to do`. Runs on Node 20. */
export class SetupError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string} hint
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, hint, options) {
    super(message, options)
    this.name = 'SetupError'
    this.code = code
    this.hint = hint
  }
}
