import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { declareNetwork } from '../../model/network.ts'
import { hypernetworkOf } from '../../model/tree/hypernetworks.ts'
import { createEagerSession } from '../../tensor/eagerSession.ts'
import { locateTensorflow } from '../../tensor/engines/tensorflowLibrary.ts'
import type { FeedValues, Session } from '../../tensor/program.ts'
import { loadTensorflow } from '../../tensor/tensorflow.ts'
import { createTracedSession } from '../../tensor/trace/tracedSession.ts'
import { loadWebAssembly } from '../../tensor/wasm/webAssembly.ts'
import { createTaskLoss } from '../losses/createTaskLoss.ts'
import { squareTasks } from '../smallSnapshot.ts'
import { differences, smallStep } from '../smallStep.ts'
import { predictionProgram, trainingProgram } from '../step.ts'
import { phaseProgram } from './treeStep.ts'
import { treePhases } from './treeSchedule.ts'
import type { TreePhase } from './treeSchedule.ts'
import { TreeTraining } from './treeTraining.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const tasks = { mask: squareTasks['mask'], look: squareTasks['look'] }
const size = { batch: 2, height: 32, width: 32 }
const geometry = { cropHeight: 32, cropWidth: 32, height: 8, width: 8 }
const scale = { mean: Float32Array.of(0), deviation: Float32Array.of(1) }
const losses = Object.values(tasks).map((schema) => createTaskLoss(schema, 2, geometry, scale))
const options = { model: 'tree-tiny', tasks, ...size, clipNorm: 5 } as const
const { weights } = declareNetwork('tree-tiny', tasks, size, 3)
const programs = [
  ...treePhases.map((phase) => trainingProgram({ ...options, phase }, losses, phaseProgram(phase))),
  predictionProgram({ ...options, anyTree: true }),
]
/** Of pictures and labels; every label counts fully, as in a run. */
const { feeds } = smallStep('tiny', size, tasks)
const run = { model: 'tree-tiny', seed: 2, epochs: 3, learningRate: 1e-3, weightDecay: 0 } as const

/** A tree's run of 30 steps a phase on a session that has the anchors' program. */
function trainingOn(session: Session): TreeTraining {
  const tree = new TreeTraining(run, options, losses, session, () => [
    { images: feeds['images'] as Float32Array, rows: 2 },
  ])
  return tree
}

function eager(): Session {
  tf.setBackend('wasm')
  return createEagerSession(weights, [programs[0], programs[3]])
}

describe('the steps of a tree', () => {
  it('move each phase’s own weights and no others', () => {
    const session = eager()
    const tree = trainingOn(session)
    treePhases.forEach((phase, epoch) => {
      tree.begin(epoch)
      const before = session.readState()
      for (const step of [0, 1]) {
        const plan = tree.step(epoch, step, 30)
        session.run(plan.program, { ...feeds, ...plan.feeds }, plan.adam)
      }
      const after = session.readState()
      const moved = weights.filter(({ name }) => !equal(after.get(name), before.get(name)))
      const own = (name: string): boolean => hypernetworkOf(name) === (phase === 'anchors' ? null : phase)
      expect(moved.map(({ name }) => name)).toEqual(weights.map(({ name }) => name).filter(own))
    })
    session.dispose()
  })

  it('teach the edge hypernetwork to share: the tasks’ loss with what is not shared falls', () => {
    const session = eager()
    const tree = trainingOn(session)
    tree.begin(1)
    const plan = tree.step(1, 15, 30)
    // Always the same draw, of a preference for both tasks, to compare.
    const condition = Float32Array.of(0.5, 0.5, 1)
    const fixed = {
      ...feeds,
      ...plan.feeds,
      condition,
      active: Float32Array.of(1, 1),
      affinity: new Float32Array(4).fill(1),
    }
    const objectives = Array.from(
      { length: 8 },
      (_, step) =>
        session.run(plan.program, fixed, { learningRate: 1e-3, step: step + 1, weightDecay: 0 })['objective'][0],
    )
    expect(objectives[7]).toBeLessThan(0.9 * objectives[0])
    session.dispose()
  })

  it('predict own streams at first, and from then on the tree of even preferences', () => {
    const session = eager()
    const tree = trainingOn(session)
    const at = (epoch: number): FeedValues => tree.predictionFeeds(epoch)
    expect([...at(0)['edges']].slice(0, 4)).toEqual([1, 0, 0, 1])
    expect([...at(1)['condition']]).toEqual([0.5, 0.5, 0])
    const outputs = session.run('predict', { images: feeds['images'], ...at(2) })
    expect(Object.keys(outputs)).toEqual(['t0_prediction', 't1_prediction'])
    session.dispose()
  })
})

describe.skipIf(!locateTensorflow().available)('the traced steps of a tree', { timeout: 300_000 }, () => {
  // Those of the phase before are of separate networks, as others have them.
  it.each(['edges', 'norms'] as const)('of the phase %s: as kernel by kernel in WebAssembly', (phase: TreePhase) => {
    const epoch = treePhases.indexOf(phase)
    const outcome = (session: Session) => {
      const tree = trainingOn(session)
      tree.begin(epoch)
      const plan = tree.step(epoch, 20, 30)
      const stepped = session.run(plan.program, { ...feeds, ...plan.feeds }, plan.adam)
      session.dispose()
      return new Map(Object.entries(stepped))
    }
    const expected = outcome(eager())
    const tensorflow = loadTensorflow()
    tf.setBackend('tensorflow')
    const found = outcome(createTracedSession(tensorflow, weights, []))
    for (const { name, difference } of differences(found, expected)) {
      expect(difference, name).toBeLessThan(name === 'gradientNorm' ? 0.02 : 2e-3)
    }
  })
})

function equal(a: Float32Array | undefined, b: Float32Array | undefined): boolean {
  return a?.every((value, at) => value === b?.[at]) ?? false
}
