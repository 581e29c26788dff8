import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { downloadFile, type DownloadRequest } from './download.ts'

const content = randomBytes(300_000)
const sha256 = createHash('sha256').update(content).digest('hex')

let folder = ''
let server: http.Server
let ranges: (string | undefined)[] = []
let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mend-download-'))
  ranges = []
  answer = sendRange
  server = http.createServer((request, response) => {
    ranges.push(request.headers.range)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  fs.rmSync(folder, { recursive: true })
})

function sendRange(request: http.IncomingMessage, response: http.ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  if (start > 0) response.writeHead(206, { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` })
  response.end(content.subarray(start))
}

function request(changes: Partial<DownloadRequest> = {}): DownloadRequest {
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/file.whl`
  return { url, file: path.join(folder, 'file.whl'), bytes: content.length, sha256, retryDelaysMs: [1, 1], ...changes }
}

const part = () => path.join(folder, 'file.whl.part')
const whole = () => fs.readFileSync(path.join(folder, 'file.whl'))

describe('a download', () => {
  test('arrives whole, with progress up to its size', async () => {
    const seen: number[] = []
    await downloadFile(request({ onProgress: (step, done) => step === 'download' && seen.push(done) }))
    expect(whole().equals(content)).toBe(true)
    expect(seen.at(-1)).toBe(300_000)
    expect(fs.existsSync(part())).toBe(false)
  })

  test('continues where an earlier one was interrupted', async () => {
    fs.writeFileSync(part(), content.subarray(0, 123_456))
    await downloadFile(request())
    expect(ranges).toEqual(['bytes=123456-'])
    expect(whole().equals(content)).toBe(true)
  })

  test('continues by itself when the connection breaks in the middle', async () => {
    answer = (incoming, response) => {
      if (ranges.length > 1) return sendRange(incoming, response)
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20))
    }
    await downloadFile(request())
    expect(ranges).toEqual([undefined, 'bytes=100000-'])
    expect(whole().equals(content)).toBe(true)
  })

  test('starts anew when the server does not know ranges', async () => {
    fs.writeFileSync(part(), Buffer.alloc(1_000))
    answer = (_incoming, response) => response.end(content)
    await downloadFile(request())
    expect(whole().equals(content)).toBe(true)
  })

  test('gives up a connection that has gone quiet and makes a new one', async () => {
    answer = (incoming, response) => {
      if (ranges.length > 1) return sendRange(incoming, response)
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 50_000))
    }
    await downloadFile(request({ stallMs: 150 }))
    expect(ranges).toEqual([undefined, 'bytes=50000-'])
    expect(whole().equals(content)).toBe(true)
  })

  test('asks for nothing when the file is there whole', async () => {
    fs.writeFileSync(path.join(folder, 'file.whl'), content)
    await downloadFile(request({ url: '' }))
    expect(ranges).toEqual([])
  })
})

describe('a download that cannot be had', () => {
  test('with another hash is removed and reported', async () => {
    await expect(downloadFile(request({ sha256: '0'.repeat(64) }))).rejects.toMatchObject({ code: 'download-damaged' })
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test('that never ends is cut off at its announced size', { timeout: 5_000 }, async () => {
    let isCutOff = false
    answer = (_incoming, response) => {
      const sending = setInterval(() => response.write(content), 5)
      response.once('close', () => {
        clearInterval(sending)
        isCutOff = true
      })
    }
    await expect(downloadFile(request())).rejects.toMatchObject({ code: 'download-damaged' })
    expect(fs.readdirSync(folder)).toEqual([])
    await expect.poll(() => isCutOff).toBe(true)
  })

  test('keeps what has arrived and says how to go on', async () => {
    answer = (_incoming, response) => response.writeHead(503).end()
    fs.writeFileSync(part(), content.subarray(0, 10))
    await expect(downloadFile(request())).rejects.toMatchObject({
      code: 'no-network',
      message: expect.stringContaining('HTTP 503') as string,
      hint: expect.stringContaining('continue') as string,
    })
    expect(ranges.length).toBe(3)
    expect(fs.statSync(part()).size).toBe(10)
  })
})
