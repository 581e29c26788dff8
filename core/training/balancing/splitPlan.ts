/**
 * GradSplit (Deng et al., *Split to Learn*, WACV 2023, section 3.2): a module's output channels are divided among the tasks, and those
 * of task t learn from ∇θ_t = Σ_t' m[t,t']·∇θ_t L_t', where m[t,t'] is 0 exactly if t' ≠ t harms t. This file says which channels
 * belong to whom, and whose gradients they learn from. Task numbers are positions in the run's list of tasks.
 */

/** A part of the trunk by its weights' names: `stem/…`, then numbered stages (`stage2/…`, `down3/…`), then what follows. */
const stageName = /^(?:stage|down)(\d+)\//

/**
 * The shared weights that are split: those of the last `stages` numbered stages and of what follows them; with as many stages
 * as there are, the stem too.
 */
export function splitWeights(shared: readonly string[], stages: number): Set<string> {
  const stageOf = (name: string): number | null => {
    const number = stageName.exec(name)?.[1]
    return number === undefined ? null : Number(number)
  }
  const numbers = [...new Set(shared.map(stageOf).filter((stage) => stage !== null))].sort((a, b) => a - b)
  const first = numbers[Math.max(0, numbers.length - stages)] ?? 0
  const all = stages >= numbers.length
  return new Set(
    shared.filter((name) =>
      name.startsWith('stem') ? all : all || (stageOf(name) ?? Number.MAX_SAFE_INTEGER) >= first,
    ),
  )
}

/** Channels are dealt out in blocks of this many where there are enough, so that a norm's groups belong to one task each. */
const blockSizes = [16, 8, 4, 2, 1]

/** The task that each output channel belongs to: contiguous groups of about the same size, one a task. */
export function channelOwners(channels: number, tasks: number): Int32Array {
  const size = blockSizes.find((each) => channels % each === 0 && channels / each >= tasks) ?? 1
  const blocks = channels / size
  return Int32Array.from({ length: channels }, (_, channel) =>
    Math.min(tasks - 1, Math.floor((Math.floor(channel / size) * tasks) / blocks)),
  )
}

/** m[t][t']: 1 where task t's channels learn from task t', 0 exactly where t' → t is negative. */
export function relationMatrix(
  tasks: readonly string[],
  negative: readonly (readonly [from: string, to: string])[],
): number[][] {
  return tasks.map((to) => tasks.map((from) => (negative.some(([a, b]) => a === from && b === to) ? 0 : 1)))
}

/**
 * Tasks that share a lane in the backward pass: those that no person has both of can, since their gradients lie in different
 * images. Each task takes the first lane that is free.
 * @param together whether some person has both
 */
export function lanesOfTasks(tasks: number, together: (a: number, b: number) => boolean): number[] {
  const lanes: number[] = []
  for (let task = 0; task < tasks; task++) {
    let lane = 0
    while (lanes.some((other, at) => other === lane && together(at, task))) lane++
    lanes.push(lane)
  }
  return lanes
}

/**
 * Fills [lanes × batch × tasks]: how much of the gradient that an image sends down a lane the channels of each task learn from.
 * @param active by task, which images of the batch have its label
 */
export function fillSplitRows(
  out: Float32Array,
  relations: readonly (readonly number[])[],
  lanes: readonly number[],
  active: readonly ArrayLike<number>[],
): void {
  const tasks = lanes.length
  const batch = active[0].length
  out.fill(0)
  for (let from = 0; from < tasks; from++) {
    const alone = lanes.filter((lane) => lane === lanes[from]).length === 1
    for (let b = 0; b < batch; b++) {
      if (!alone && !active[from][b]) continue
      const row = (lanes[from] * batch + b) * tasks
      for (let to = 0; to < tasks; to++) out[row + to] = relations[to][from]
    }
  }
}
