import { adam } from '../../tensor/program.ts'

/** Adam (Kingma & Ba 2015) on a few numbers, each stepped only when it has a slope; state in one array for checkpoints. */
export class ScalarAdam {
  /** [value, m, v, steps] by number. */
  readonly state: Float64Array
  readonly size: number

  constructor(initial: readonly number[]) {
    this.size = initial.length
    this.state = new Float64Array(initial.length * 4)
    initial.forEach((value, at) => this.set(at, value))
  }

  value(at: number): number {
    return this.state[at * 4]
  }

  set(at: number, value: number): void {
    this.state[at * 4] = value
  }

  step(at: number, slope: number, rate: number): void {
    const { beta1, beta2, epsilon } = adam
    const [, m, v, steps] = this.state.subarray(at * 4, at * 4 + 4)
    const [nextM, nextV, count] = [beta1 * m + (1 - beta1) * slope, beta2 * v + (1 - beta2) * slope * slope, steps + 1]
    const change = nextM / (1 - beta1 ** count) / (Math.sqrt(nextV / (1 - beta2 ** count)) + epsilon)
    this.state.set([this.value(at) - rate * change, nextM, nextV, count], at * 4)
  }
}
