import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { Output, progressLine } from './output.ts'

function streams(terminal: boolean) {
  const stdout = new PassThrough()
  const stderr = Object.assign(new PassThrough(), { isTTY: terminal, columns: 60 })
  const text = (stream: PassThrough): string => String(stream.read() ?? '')
  return { streams: { stdout, stderr }, out: () => text(stdout), err: () => text(stderr) }
}
const half = { stage: 'read', done: 1200, total: 2400, unit: 'images' }

describe('Output', () => {
  it('draws progress in one line on a terminal and takes it away before the result', () => {
    const { streams: both, out, err } = streams(true)
    const output = new Output(both, false)
    output.progress(half)
    output.result({ a: 1 }, () => 'done')
    expect(err()).toBe('\r\u001b[Kread 1,200 of 2,400 images (50%), 0 s, about 0 s left\r\u001b[K')
    expect(out()).toBe('done\n')
  })

  it('draws nothing on a pipe', () => {
    const { streams: both, err } = streams(false)
    const output = new Output(both, false)
    output.progress(half)
    output.end()
    expect(err()).toBe('')
  })

  it('writes NDJSON with --json, figures that do not exist as null', () => {
    const { streams: both, out } = streams(true)
    const output = new Output(both, true)
    output.progress(half)
    output.event({ event: 'epoch', losses: { parts: NaN } }, 'for people')
    output.result({ event: 'done' }, () => 'for people')
    const lines = out().trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { event: 'progress', ...half },
      { event: 'epoch', losses: { parts: null } },
      { event: 'done' },
    ])
  })
})

describe('progressLine', () => {
  it('says how far, how long and how much longer', () => {
    expect(progressLine({ ...half, done: 600 }, 20)).toBe('read 600 of 2,400 images (25%), 20 s, about 1 min 00 s left')
    expect(progressLine({ ...half, total: null }, 5)).toBe('read 1,200 images, 5 s')
  })
})
