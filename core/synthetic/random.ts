/**
 * Seeded pseudo-random numbers: xoshiro128** 1.1 (Blackman & Vigna, 2018, public domain), state filled by splitmix32.
 * A stream is named by its seed and any number of keys, so that the stream of person i does not depend on how many
 * people are drawn before it. Not for secrets.
 */
export class Random {
  private s0 = 0
  private s1 = 0
  private s2 = 0
  private s3 = 0

  /** `keys` name an independent stream of the seed, e.g. `new Random(seed, 'person', 12)`. */
  constructor(seed: number, ...keys: readonly (number | string)[]) {
    let hash = mixNumber(0x9e3779b9, seed)
    for (const key of keys) hash = typeof key === 'number' ? mixNumber(hash, key) : mixText(hash, key)
    this.s0 = splitmix(hash)
    this.s1 = splitmix(hash + 0x9e3779b9)
    this.s2 = splitmix(hash + 0x3c6ef372)
    // The all-zero state is the generator's only fixed point.
    this.s3 = splitmix(hash + 0xdaa66d2b) | 1
  }

  /** A generator that continues the given 128-bit state: reproduces published sequences, and restores checkpoints. */
  static fromState(state: readonly [number, number, number, number]): Random {
    const random = new Random(0)
    ;[random.s0, random.s1, random.s2, random.s3] = state
    return random
  }

  /** An integer, uniform in [0, 2³²). */
  bits(): number {
    const product = Math.imul(this.s1, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = this.s1 << 9
    this.s2 ^= this.s0
    this.s3 ^= this.s1
    this.s1 ^= this.s2
    this.s0 ^= this.s3
    this.s2 ^= shifted
    this.s3 = (this.s3 << 11) | (this.s3 >>> 21)
    return result
  }

  /** Uniform in [0, 1) with 32 bits. */
  uniform(): number {
    return this.bits() / 4294967296
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform()
  }

  /** An integer, uniform in [0, count), without modulo bias to within 2⁻³² × count. */
  integer(count: number): number {
    return Math.floor(this.uniform() * count)
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability
  }

  /** Standard normal (Box–Muller; one value a call, so that streams stay aligned). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    return radius * Math.cos(2 * Math.PI * this.uniform())
  }

  /** One entry of a non-empty list. */
  pick<T>(entries: readonly T[]): T {
    return entries[this.integer(entries.length)]
  }

  /** Shuffles in place (Fisher–Yates) and returns its argument. */
  shuffle<T extends number[] | Int32Array | Uint8Array>(entries: T): T {
    for (let last = entries.length - 1; last > 0; last--) {
      const other = this.integer(last + 1)
      const kept = entries[last]
      entries[last] = entries[other]
      entries[other] = kept
    }
    return entries
  }

  /**
   * A permutation of 0 … count−1 without a fixed point, uniform over all of them (rejection: 2.7 shuffles on average).
   * @throws RangeError when count is 1, where there is none.
   */
  derangement(count: number): number[] {
    if (count === 1) throw new RangeError('One entry has no derangement')
    for (;;) {
      const order = this.shuffle(Array.from({ length: count }, (_, index) => index))
      if (order.every((to, from) => to !== from)) return order
    }
  }
}

/** splitmix32's output function: a bijection of 32-bit integers whose every output bit depends on every input bit. */
function splitmix(value: number): number {
  let mixed = (value + 0x9e3779b9) | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return mixed ^ (mixed >>> 15)
}

function mixNumber(hash: number, value: number): number {
  const low = value | 0
  const high = Math.floor(value / 4294967296) | 0
  return splitmix(Math.imul(splitmix(hash ^ low), 31) ^ high)
}

function mixText(hash: number, text: string): number {
  let mixed = hash
  for (let index = 0; index < text.length; index++) mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193)
  return splitmix(mixed)
}
