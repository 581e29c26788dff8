/**
 * How far a task is from its potential: max(0, 1 − accuracy/P)^γ with P = potential·(1 + margin) (Yun & Cho,
 * *Achievement-based Training Progress Balancing for Multi-Task Learning*, ICCV 2023). Its weight is the softmax over the tasks.
 * @param accuracy smoothed validation accuracy, higher is better
 * @param potential what a network reaches that learns the task alone, > 0
 */
export function lackOfAchievement(
  accuracy: number,
  potential: number,
  { gamma, margin }: { readonly gamma: number; readonly margin: number },
): number {
  return Math.max(0, 1 - accuracy / (potential * (1 + margin))) ** gamma
}
