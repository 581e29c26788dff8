import type { EpochEvent, JobNotice } from '../api/job.ts'
import type { Output } from './output.ts'
import { figure } from './table.ts'

/** One line an epoch: of each task's metrics the first, its leading one; `--json` and `mend runs` have them all. */
function epochText(epoch: EpochEvent): string {
  const losses = Object.entries(epoch.losses).map(([task, loss]) => `${task} ${figure(loss)}`)
  const metrics = Object.entries(epoch.metrics).flatMap(([task, values]) =>
    Object.entries(values)
      .slice(0, 1)
      .map(([name, value]) => `${task} ${name} ${figure(value)}`),
  )
  const speed = `${figure(epoch.imagesPerSecond)} images/s, ${Math.round(epoch.rssMb)} MB`
  const parts = [`losses: ${losses.join(', ')}`, ...(metrics.length > 0 ? [metrics.join(', ')] : []), speed]
  return `epoch ${epoch.epoch}/${epoch.epochs}  ${parts.join('  |  ')}`
}

/** What people and programs see of a training run while it goes on. */
export function showTrainingNotice(output: Output, notice: JobNotice): void {
  switch (notice.event) {
    case 'epoch':
      output.event(notice, epochText(notice))
      break
    case 'run':
      output.event(notice, `run ${notice.run}`)
      break
    case 'ready': {
      const from = notice.epoch > 0 ? `, continuing after epoch ${notice.epoch}` : ''
      const size = `${figure(notice.parameters / 1e6)} M weights, ${figure(notice.macs / 1e6)} M multiply-adds an image`
      const batch = notice.batch === undefined ? '' : `, ${notice.batch} people a step`
      output.event(notice, `engine ${notice.engine} on ${notice.device} (${notice.reason}); ${size}${batch}${from}`)
      break
    }
    case 'warning':
      output.event(notice)
      output.note(`warning: ${notice.message}`)
      break
    case 'checkpoint':
      output.event(notice)
      break
  }
}
