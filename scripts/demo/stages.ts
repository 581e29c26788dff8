import { Output, type Streams } from '../../core/cli/output.ts'

/** Prints a demo's stages: a heading with the command that does the same, progress while it runs, one line of figures. */
export class Stages {
  readonly output: Output
  readonly #count: number
  #number = 0
  #startedAt = performance.now()
  readonly #demoStartedAt = performance.now()

  constructor(streams: Streams, count: number) {
    this.output = new Output(streams, false)
    this.#count = count
  }

  /** Begins the next stage. */
  begin(name: string): void {
    this.#number++
    this.#startedAt = performance.now()
    this.#print(`\n${this.#number}/${this.#count} ${name}`)
  }

  /** A command that does what comes next. */
  command(text: string): void {
    this.#print(`    $ npx mend ${text}`)
  }

  /** Something on the way. */
  note(text: string): void {
    this.#print(`    ${text}`)
  }

  /** The stage's figures, with its time. */
  end(text: string): void {
    const seconds = (performance.now() - this.#startedAt) / 1000
    this.#print(`    ${text}  (${seconds.toFixed(1)} s)`)
  }

  /** Seconds since the demo began. */
  seconds(): number {
    return (performance.now() - this.#demoStartedAt) / 1000
  }

  print(text: string): void {
    this.#print(text)
  }

  #print(text: string): void {
    this.output.event({}, text)
  }
}
