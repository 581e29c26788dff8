import { isMainThread, Worker, workerData } from 'node:worker_threads'

/**
 * Preloaded into the trainer (`node --import`): ends the process when the one that started it is gone, also when the
 * trainer is inside a long kernel and could not notice the end of its standard input. The grace leaves it time to write
 * a checkpoint and go by itself. A worker thread watches, since the main one blocks.
 */
const pollMs = 250
const graceMs = 1000

function parentIsGone(parent: number): boolean {
  if (process.platform !== 'win32') return process.ppid !== parent
  try {
    process.kill(parent, 0)
    return false
  } catch {
    return true
  }
}

interface Watch {
  readonly watchedParent: number
}

function isWatch(data: unknown): data is Watch {
  return typeof data === 'object' && data !== null && 'watchedParent' in data
}

if (isMainThread) {
  // Ctrl+C reaches every process of the terminal; the parent turns it into a `stop`, which keeps the work done so far.
  process.on('SIGINT', () => undefined)
  const parent = Number(process.env['MEND_PARENT_PID'])
  if (Number.isInteger(parent) && parent > 0) {
    const watch: Watch = { watchedParent: parent }
    new Worker(new URL(import.meta.url), { workerData: watch, execArgv: [] }).unref()
  }
} else if (isWatch(workerData)) {
  // Every worker of the trainer preloads this file; the others are not to watch anything.
  const parent = workerData.watchedParent
  const timer = setInterval(() => {
    if (!parentIsGone(parent)) return
    clearInterval(timer)
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs)
  }, pollMs)
}
