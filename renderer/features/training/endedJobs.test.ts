import { expect, test } from 'vitest'
import type { JobSummary } from '../../../core/api/job.ts'
import { endedRuns } from './endedJobs.ts'

function job(id: string, state: JobSummary['state'], kind: JobSummary['kind'] = 'train'): JobSummary {
  return {
    id,
    kind,
    project: 'p',
    projectName: 'street',
    state,
    position: null,
    startedAt: '',
    run: 3,
    progress: null,
  }
}

test('a run that was under way is told once it is done, failed or stopped', () => {
  const before = [job('a', 'running'), job('b', 'paused'), job('c', 'queued'), job('d', 'running'), job('e', 'running')]
  const now = [job('a', 'done'), job('b', 'failed'), job('c', 'cancelled'), job('d', 'paused'), job('e', 'running')]
  expect(endedRuns(before, now).map(({ job: { id }, how }) => [id, how])).toEqual([
    ['a', 'done'],
    ['b', 'failed'],
    ['c', 'stopped'],
  ])
})

test('a run whose service is gone is lost, and other work is nobody’s business here', () => {
  expect(endedRuns([job('a', 'running'), job('b', 'running', 'export')], [])).toEqual([
    { job: job('a', 'running'), how: 'lost' },
  ])
})

test('what had ended before is not told again', () => {
  expect(endedRuns([job('a', 'done')], [job('a', 'done')])).toEqual([])
})
