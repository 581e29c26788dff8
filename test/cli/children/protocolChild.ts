import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * A trainer without tensors: reads RUN_FOLDER/behaviour.json and speaks the protocol, so that the host is tested against
 * a real process. Writes the commands that it got to RUN_FOLDER/commands.log.
 */
const runFolder = process.argv[2]
const behaviour = JSON.parse(readFileSync(join(runFolder, 'behaviour.json'), 'utf8')) as { kind: string }

function say(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

function done(stopped: boolean): void {
  say({ event: 'done', stopped, epoch: 2, engine: 'none', seconds: 1, imagesPerSecond: 10, metrics: {} })
}

const ready = {
  event: 'ready',
  engine: 'none',
  reason: 'größe',
  device: 'cpu',
  epoch: 0,
  batch: 4,
  parameters: 1,
  macs: 1,
}

if (behaviour.kind === 'partial-lines') {
  const bytes = Buffer.from(`${JSON.stringify(ready)}\nTensorFlow says hello\n`)
  for (const byte of bytes) {
    process.stdout.write(Buffer.from([byte]))
    await new Promise((resolve) => setImmediate(resolve))
  }
  process.stdout.write(`{"event":"warning","code":"x","message":"${'y'.repeat(20 * 1024 * 1024)}"}\n`)
  process.stdout.write('{"event":"epoch","epoch":1,"epochs":2,"losses":{"parts":null},"metrics":{},')
  process.stdout.write('"imagesPerSecond":5,"rssMb":1,"tensors":3}\n')
  done(false)
} else if (behaviour.kind === 'crash') {
  say(ready)
  process.stderr.write('first line of the log\nout of luck: tensor 7 is missing\n')
  process.exitCode = 3
} else if (behaviour.kind === 'killed') {
  say(ready)
  process.stdout.write('{"event":"step","epoch":1', () => process.kill(process.pid, 'SIGKILL'))
} else if (behaviour.kind === 'obedient') {
  say(ready)
  for await (const line of createInterface({ input: process.stdin })) {
    appendFileSync(join(runFolder, 'commands.log'), `${line}\n`)
    const { command } = JSON.parse(line) as { command: string }
    if (command === 'pause') say({ event: 'paused', epoch: 1 })
    if (command === 'resume') say({ event: 'resumed', epoch: 1 })
    if (command !== 'stop') continue
    done(true)
    break
  }
  process.exit(0)
} else {
  // Blocks its event loop as a long kernel does: hears no command and no end of input.
  say(ready)
  process.on('SIGTERM', () => undefined)
  setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000), 50)
}
