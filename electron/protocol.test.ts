import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  desktopHost,
  desktopOrigin,
  mainHeader as gateMainHeader,
  sessionHeader as gateSessionHeader,
} from '../core/service/http/gate.ts'
import { createProxy, type Proxy } from './protocol.ts'
import { mainHeader, serviceHostName, sessionHeader, windowOrigin } from './serviceRequests.ts'

let folder = ''
let server: http.Server
let proxy: Proxy
let ready = (): Promise<void> => Promise.resolve()
const seen: http.IncomingMessage[] = []
let streamClosed: Promise<void>

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-proxy-'))
  const socket =
    process.platform === 'win32' ? `\\\\.\\pipe\\mend-proxy-${process.pid}` : path.join(folder, 'service.sock')
  let closed: () => void = () => undefined
  streamClosed = new Promise((settle) => (closed = settle))
  server = http.createServer((request, response) => {
    seen.push(request)
    if (request.url === '/stream') {
      response.on('close', () => closed())
      response.write('first')
    } else if (request.url === '/broken') {
      response.writeHead(200, { 'content-length': 10 })
      response.write('half', () => response.destroy())
    } else if (request.url === '/unchanged') response.writeHead(304, { etag: '"a"' }).end()
    else {
      response.setHeader('set-cookie', 'secret=1')
      response.setHeader('x-kept', 'yes')
      request.pipe(response)
    }
  })
  await new Promise<void>((settle) => server.listen(socket, settle))
  const secrets = { session: 'the-session', main: 'the-main' }
  proxy = createProxy({ address: { socket, secrets }, ready: () => ready() })
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the window’s way to the service', () => {
  it('speaks as the service’s gate wants it', () => {
    expect([serviceHostName, windowOrigin, sessionHeader, mainHeader]).toEqual([
      desktopHost,
      desktopOrigin,
      gateSessionHeader,
      gateMainHeader,
    ])
  })

  it('carries a body there and back, adds the session, and holds back what pages could send besides', async () => {
    const body = 'x'.repeat(3_000_000)
    const headers = { 'content-type': 'text/plain', 'x-mend-main': 'guess', 'x-mend-session': 'guess', 'x-other': '1' }
    const response = await proxy(new Request('studio://app/echo?a=1', { method: 'POST', body, headers }))
    expect(await response.text()).toBe(body)
    expect([response.headers.get('set-cookie'), response.headers.get('x-kept')]).toEqual([null, 'yes'])
    const request = seen.at(-1)
    expect([request?.method, request?.url]).toEqual(['POST', '/echo?a=1'])
    expect(request?.headers).toMatchObject({
      host: 'studio',
      origin: 'studio://app',
      'x-mend-session': 'the-session',
      'content-type': 'text/plain',
    })
    for (const name of ['x-mend-main', 'x-other', 'accept-encoding', 'cookie']) {
      expect(request?.headers, name).not.toHaveProperty(name)
    }
  })

  it('gives what has come before the rest is there, and ends the request with its reader', async () => {
    const response = await proxy(new Request('studio://app/stream'))
    const reader = (response.body ?? expect.fail()).getReader()
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('first')
    await reader.cancel()
    await streamClosed
  })

  it('breaks off where the service does', async () => {
    const response = await proxy(new Request('studio://app/broken'))
    await expect(response.text()).rejects.toThrow()
  })

  it('passes on that a page has not changed', async () => {
    const response = await proxy(new Request('studio://app/unchanged', { headers: { 'if-none-match': '"a"' } }))
    expect([response.status, response.headers.get('etag')]).toEqual([304, '"a"'])
    expect(seen.at(-1)?.headers['if-none-match']).toBe('"a"')
  })

  it('answers for its own pages alone', async () => {
    const before = seen.length
    expect((await proxy(new Request('studio://other/'))).status).toBe(421)
    expect((await proxy(new Request('https://app/'))).status).toBe(421)
    const foreign = new Request('studio://app/echo', { headers: { origin: 'https://evil.example' } })
    expect((await proxy(foreign)).status).toBe(403)
    expect(seen).toHaveLength(before)
  })

  it('loses no request to a connection that the service closes in the moment in which it would be used again', async () => {
    const served = new WeakSet<Socket>()
    // What the service does with a connection that was idle for too long, at the worst moment.
    const closing = (request: http.IncomingMessage): void => {
      if (served.has(request.socket)) request.socket.destroy()
      served.add(request.socket)
    }
    server.prependListener('request', closing)
    try {
      for (let turn = 0; turn < 3; turn++) {
        const answer = await proxy(new Request('studio://app/echo', { method: 'POST', body: `turn ${turn}` }))
        expect(answer.type).not.toBe('error')
        expect(await answer.text()).toBe(`turn ${turn}`)
      }
    } finally {
      server.off('request', closing)
    }
  })

  it('is like a lost network while the service is down', async () => {
    ready = () => Promise.reject(new Error('down'))
    expect((await proxy(new Request('studio://app/echo'))).type).toBe('error')
    ready = () => Promise.resolve()
  })
})
