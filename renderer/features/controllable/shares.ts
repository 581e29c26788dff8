/** How much of what matters falls to each task: 0 … 1, in multiples of 2^-40, so that sums are exact and make 1. */
export type Shares = Readonly<Record<string, number>>

const grain = 2 ** 40
const snapped = (share: number): number => Math.round(share * grain) / grain

/** The same for every task. */
export function evenShares(tasks: readonly string[]): Shares {
  return sharesOf(Object.fromEntries(tasks.map((task) => [task, 1])))
}

/**
 * Shares in the given proportions; what rounding leaves over falls to the largest.
 *
 * @param proportions ≥ 0; equal ones where all are 0.
 */
export function sharesOf(proportions: Shares): Shares {
  const tasks = Object.keys(proportions)
  const sum = Object.values(proportions).reduce((a, b) => a + b, 0)
  const shares = tasks.map((task) => snapped(sum > 0 ? proportions[task] / sum : 1 / tasks.length))
  const largest = shares.indexOf(Math.max(...shares))
  const others = shares.reduce((a, b, at) => (at === largest ? a : a + b), 0)
  return Object.fromEntries(tasks.map((task, at) => [task, at === largest ? 1 - others : shares[at]]))
}

/**
 * Gives a task another share and takes it from the others, or leaves it to them, in proportion to what they have.
 *
 * @param share is brought within 0 … 1; a task alone keeps 1.
 * @param remembered proportions for others that have nothing left to be in proportion to.
 */
export function moveShare(shares: Shares, task: string, share: number, remembered: Shares = {}): Shares {
  const others = Object.keys(shares).filter((each) => each !== task)
  if (others.length === 0) return sharesOf(shares)
  const given = snapped(Math.min(1, Math.max(0, share)))
  const own = proportionsOf(shares, others) ?? proportionsOf(remembered, others)
  const left = sharesOf(own ?? Object.fromEntries(others.map((each) => [each, 1])))
  const scaled = others.map((each) => snapped((1 - given) * left[each]))
  const largest = scaled.indexOf(Math.max(...scaled))
  const rest = scaled.reduce((a, b, at) => (at === largest ? a : a + b), 0)
  const moved = Object.fromEntries(others.map((each, at) => [each, at === largest ? 1 - given - rest : scaled[at]]))
  return Object.fromEntries(Object.keys(shares).map((each) => [each, each === task ? given : moved[each]]))
}

function proportionsOf(shares: Shares, tasks: readonly string[]): Shares | null {
  const own = Object.fromEntries(tasks.map((task) => [task, shares[task] ?? 0]))
  return Object.values(own).some((share) => share > 0) ? own : null
}

/** Whole percents that make 100: rounded down, and the largest remainders up. */
export function percentsOf(shares: Shares): Readonly<Record<string, number>> {
  const tasks = Object.keys(shares)
  const down = tasks.map((task) => Math.floor(shares[task] * 100))
  const missing = 100 - down.reduce((a, b) => a + b, 0)
  const raised = tasks
    .map((task, at) => ({ at, remainder: shares[task] * 100 - down[at] }))
    .sort((a, b) => b.remainder - a.remainder)
    .slice(0, Math.max(0, missing))
    .map(({ at }) => at)
  return Object.fromEntries(tasks.map((task, at) => [task, down[at] + (raised.includes(at) ? 1 : 0)]))
}

/** "parts 70, keypoints 30". */
export function shareWords(shares: Shares): string {
  return Object.entries(percentsOf(shares))
    .map(([task, percent]) => `${task} ${percent}`)
    .join(', ')
}
