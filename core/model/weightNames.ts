/**
 * Names say whose a weight is: `head/TASK/…` and `task/TASK/…` belong to a task, `fixed/…` are moved by no gradient (running
 * statistics, filter banks), and everything else is the trunk that the tasks share.
 */

/** A weight of the trunk that belongs to one task. */
export function taskWeight(task: string, name: string): string {
  return `task/${task}/${name}`
}

/** A weight that the optimizer leaves alone. */
export function fixedWeight(name: string): string {
  return `fixed/${name}`
}

/** Whether gradients move the weight. */
export function isTrainable(name: string): boolean {
  return !name.startsWith('fixed/')
}

/** The task whose weight it is; null for what the tasks share. Of tasks `a` and `a/b`, the longer name that fits. */
export function ownerOf(name: string, tasks: readonly string[]): string | null {
  const own = name.replace(/^fixed\//, '')
  const fitting = tasks.filter((task) => own.startsWith(`head/${task}/`) || own.startsWith(`task/${task}/`))
  return fitting.reduce<string | null>((best, task) => (best === null || task.length > best.length ? task : best), null)
}
