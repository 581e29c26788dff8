/** Accuracies beyond are taken for these: at 1 a task would be dropped, at 0 it would drown all others. */
const accuracyRange = [0.01, 0.999] as const

/**
 * Dynamic task prioritisation: −(1 − κ)^γ·ln κ with κ the task's validation accuracy, a focal loss of the task (Guo et al.,
 * *Dynamic Task Prioritization for Multitask Learning*, ECCV 2018, eq. 4). Hard tasks gain weight.
 */
export function taskPriority(accuracy: number, gamma: number): number {
  const kappa = Math.min(Math.max(accuracy, accuracyRange[0]), accuracyRange[1])
  return -((1 - kappa) ** gamma) * Math.log(kappa)
}
