import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { WriteTurns } from './writeTurns.ts'

const file = new URL('./writeTurns.ts', import.meta.url).href
const thread = `
import('${file}').then(({ WriteTurns }) => {
  const { parentPort, workerData } = require('node:worker_threads')
  const turns = new WriteTurns(workerData)
  parentPort.postMessage('asks')
  turns.giveWay()
  parentPort.postMessage('goes on')
})`

test('a thread goes on when the other one has had its turn, and not before', async () => {
  const turns = new WriteTurns()
  const order: string[] = []
  const worker = await turns.first(() => new Worker(thread, { eval: true, workerData: turns.buffer }))
  worker.on('message', (message: string) => order.push(message))
  const waiting = new Int32Array(turns.buffer)
  Atomics.add(waiting, 0, 1)
  await expect.poll(() => order, { timeout: 4000 }).toEqual(['asks'])
  await new Promise((resolve) => setTimeout(resolve, 100))
  order.push('done')
  expect(order).toEqual(['asks', 'done'])
  Atomics.sub(waiting, 0, 1)
  Atomics.notify(waiting, 0)
  await expect.poll(() => order, { timeout: 4000 }).toEqual(['asks', 'done', 'goes on'])
  await worker.terminate()
})

test('a change that fails takes its turn too', () => {
  const turns = new WriteTurns()
  const fail = (): never => {
    throw new Error('no')
  }
  expect(() => turns.first(fail)).toThrow('no')
  expect(new Int32Array(turns.buffer)[0]).toBe(0)
  // Returns at once.
  turns.giveWay()
})
