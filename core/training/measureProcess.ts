import { MendError } from '../dataset/mendError.ts'
import { isEngineId } from '../tensor/engines/engineReport.ts'
import { createSession, loadEngine } from './chooseSession.ts'
import { modelNames, type ModelName } from './configuration.ts'
import { measureMark } from './measureEngines.ts'
import { smallStep } from './smallStep.ts'
import { answerThrowaway, endWithParent } from './throwaway.ts'

/**
 * The throwaway process of measureEngine: `node measureProcess.ts ENGINE MODEL HEIGHT WIDTH BATCH` trains some steps with every
 * kind of task and prints one marked line.
 */
const warmUpSteps = 2
const minimumSteps = 3
const minimumMs = 1_000

async function measure(engine: string, model: string, height: number, width: number, batch: number): Promise<number> {
  if (!isEngineId(engine) || !isModel(model)) throw new MendError('usage', `${engine} or ${model} is unknown`, '')
  await loadEngine(engine, 'measured')
  const { weights, programs, feeds } = smallStep(model, { batch, height, width })
  const { session } = createSession(weights, programs)
  let step = 0
  const train = (): void => {
    session.run('train', feeds, { learningRate: 1e-4, step: ++step, weightDecay: 0 })
  }
  for (let count = 0; count < warmUpSteps; count++) train()
  const times: number[] = []
  for (let spent = 0; times.length < minimumSteps || spent < minimumMs; spent += times[times.length - 1]) {
    const started = performance.now()
    train()
    times.push(performance.now() - started)
  }
  session.dispose()
  times.sort((a, b) => a - b)
  return (batch * 1000) / times[Math.floor(times.length / 2)]
}

function isModel(text: string): text is ModelName {
  return modelNames.some((name) => name === text)
}

endWithParent()
const [, , engine = '', model = '', ...sizes] = process.argv
const [height, width, batch] = sizes.map(Number)
const imagesPerSecond = await measure(engine, model, height, width, batch)
answerThrowaway(measureMark, { imagesPerSecond })
