import { expect, test } from 'vitest'
import type { TrainingChoices } from '../../../core/api/runs.ts'
import { trainingOptions } from '../../../core/api/training.ts'
import { tooFastForIdentities, usualTasks } from './learntTasks.ts'

const task = (name: string, kind: string): TrainingChoices['tasks'][number] => ({
  name,
  kind,
  components: 1,
  labels: 5,
  verified: 0,
  refusal: null,
})
const choices: TrainingChoices = { people: 5, tasks: [task('who', 'identity'), task('parts', 'parts')] }

test('identities are learnt only where they are asked for, or alone', () => {
  expect(usualTasks(choices)).toEqual(['parts'])
  expect(usualTasks({ ...choices, tasks: choices.tasks.slice(0, 1) })).toEqual(['who'])
})

test('the default rate is too fast for identities, a third of it is not, and other tasks take any', () => {
  const options = trainingOptions.parse({})
  expect(tooFastForIdentities({ ...options, tasks: ['who', 'parts'] }, choices)).toBe(true)
  expect(tooFastForIdentities({ ...options, tasks: ['who'], learningRate: 1e-3 }, choices)).toBe(false)
  expect(tooFastForIdentities(options, choices)).toBe(false)
  expect(tooFastForIdentities({ ...options, tasks: ['who'] }, null)).toBe(false)
})
