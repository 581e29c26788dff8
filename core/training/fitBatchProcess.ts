import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { declareNetwork, outputStride } from '../model/network.ts'
import { openSnapshot } from '../snapshot/read.ts'
import type { Program } from '../tensor/program.ts'
import { chooseEngine, createSession } from './chooseSession.ts'
import { defaultConfiguration } from './configuration.ts'
import type { RunRequest } from './configuration.ts'
import { fitMark } from './fitBatch.ts'
import { learntSchema } from './learntSchema.ts'
import { createTaskLoss } from './losses/createTaskLoss.ts'
import { mapGeometry } from './losses/mapSampling.ts'
import { standardise } from './losses/standardisation.ts'
import { isTree, trainsEveryWidth } from './networkChoices.ts'
import { largestSandwich } from './sandwich.ts'
import { predictionProgram, trainingProgram } from './step.ts'
import { balanceFormOf } from './taskBalance.ts'
import { answerThrowaway, endWithParent } from './throwaway.ts'

/**
 * The throwaway process of fitBatch: `node fitBatchProcess.ts RUN_FOLDER BATCH` traces the run's step at a batch, trains and
 * predicts, and prints how much memory it held at most.
 */
async function peakBytes(folder: string, batch: number): Promise<number> {
  const request = JSON.parse(readFileSync(join(folder, 'configuration.json'), 'utf8')) as RunRequest
  const { folder: snapshotFolder } = JSON.parse(readFileSync(join(folder, 'snapshot'), 'utf8')) as { folder: string }
  const snapshot = openSnapshot(snapshotFolder)
  const { model, height, width, clipNorm, seed } = request
  await chooseEngine(request.engine, { model, height, width, batch: defaultConfiguration.batch })
  const chosen = snapshot.manifest.tasks.filter(({ name }) => request.tasks.includes(name))
  const tasks = Object.fromEntries(chosen.map(({ name }) => [name, learntSchema(snapshot, name)]))
  snapshot.close()
  const scale = standardise(new Float32Array(0), 1)
  const geometry = mapGeometry(height, width, outputStride)
  const losses = Object.values(tasks).map((schema) => createTaskLoss(schema, batch, geometry, scale))
  // As many lanes as there can be: whose labels come together is not looked up.
  const balance = balanceFormOf({ ...request, batch }, () => true)
  // A run of several widths has several steps, whose prepared programs hold little; one runs at a time.
  const sandwich = trainsEveryWidth(request) ? largestSandwich(Object.keys(tasks), seed) : undefined
  const options = { model: request, tasks, batch, height, width, clipNorm, balance, ...(sandwich && { sandwich }) }
  // A tree's second phase holds mixtures of all streams besides what the first one does.
  const mixing = isTree(model) ? trainingProgram({ ...options, phase: 'edges' }, losses, 'train edges') : null
  const steps = [trainingProgram(options, losses), ...(mixing === null ? [] : [mixing])]
  const prediction = predictionProgram(options)
  const { weights } = declareNetwork(request, tasks, { height, width }, seed)
  const { session } = createSession(weights, [...steps, prediction])
  for (const program of steps) {
    for (const step of [1, 2]) session.run(program.name, blank(program), { learningRate: 1e-4, step, weightDecay: 0 })
  }
  session.run('predict', blank(prediction))
  // A checkpoint holds all of the state in memory once more.
  session.readState()
  session.dispose()
  return process.resourceUsage().maxRSS * 1024
}

/** Feeds of zeros: what a step takes does not depend on their values. */
function blank({ feeds }: Program): Record<string, Float32Array | Int32Array> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { shape, dtype }]) => {
      const size = shape.reduce((product, length) => product * length, 1)
      return [name, dtype === 'int32' ? new Int32Array(size) : new Float32Array(size)]
    }),
  )
}

endWithParent()
const [, , folder = '', batch = ''] = process.argv
answerThrowaway(fitMark, { peakBytes: await peakBytes(folder, Number(batch)) })
