import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProject } from '../store/project.ts'

const script = fileURLToPath(new URL('main.ts', import.meta.url))
const secrets = { session: 's'.repeat(43), main: 'm'.repeat(43) }
let folder = ''
let socket = ''
let child: ChildProcessWithoutNullStreams

function start(...args: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    env: { ...process.env, MEND_HOME: path.join(folder, 'user') },
  })
}

async function firstLine(process: ChildProcessWithoutNullStreams): Promise<unknown> {
  const [line] = (await once(createInterface({ input: process.stdout }), 'line')) as [string]
  return JSON.parse(line)
}

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'mend-desktop-')))
  socket = process.platform === 'win32' ? `\\\\.\\pipe\\mend-test-${process.pid}` : path.join(folder, 'service.sock')
  mkdirSync(path.join(folder, 'data'))
  createProject(path.join(folder, 'data', 'people.mend')).close()
  child = start('--socket', socket)
  child.stdin.write(`${JSON.stringify(secrets)}\n`)
  expect(await firstLine(child)).toMatchObject({ event: 'ready', pid: child.pid })
})
afterAll(() => {
  child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly body: unknown
}

function post(address: string, value: unknown, headers: Record<string, string>): Promise<Answer> {
  const own = { host: 'studio', origin: 'studio://app', 'content-type': 'application/json' }
  return new Promise((settle, reject) => {
    const asking = request(
      { socketPath: socket, path: address, method: 'POST', headers: { ...own, ...headers } },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
        response.on('end', () => settle({ status: response.statusCode ?? 0, body: JSON.parse(text) }))
      },
    )
    asking.on('error', reject)
    asking.end(JSON.stringify(value))
  })
}

const window: Record<string, string> = { 'x-mend-session': secrets.session }
const main: Record<string, string> = { 'x-mend-main': secrets.main }

describe('the service as the desktop’s child', () => {
  it.skipIf(process.platform === 'win32')('listens where only its user may speak', () => {
    expect(statSync(socket).mode & 0o777).toBe(0o600)
  })

  it('answers the window’s requests, to which the main process adds the secret', async () => {
    expect(await post('/rpc/projects/recent', {}, window)).toEqual({ status: 200, body: { json: [] } })
    const wrong: Record<string, string>[] = [{}, { 'x-mend-session': 'x' }, main, { 'x-mend-session': secrets.main }]
    for (const headers of wrong) {
      expect((await post('/rpc/projects/recent', {}, headers)).status).toBe(401)
    }
    expect((await post('/rpc/projects/recent', {}, { ...window, host: '127.0.0.1' })).status).toBe(421)
    expect((await post('/rpc/projects/recent', {}, { ...window, origin: 'https://evil.example' })).status).toBe(403)
    expect((await post('/session', { token: 'any' }, window)).body).toEqual({ state: 'ready' })
  })

  it('turns what a native dialog chose into a reference, for the main process alone', async () => {
    const chosen = { path: path.join(folder, 'data', 'people.mend') }
    const others: Record<string, string>[] = [{}, window, { 'x-mend-main': secrets.session }]
    for (const headers of others) {
      expect((await post('/desktop/reference', chosen, headers)).status).toBe(403)
    }
    expect((await post('/desktop/reference', { path: 'people.mend' }, main)).body).toMatchObject({
      code: 'place-not-found',
    })
    const { status, body } = await post('/desktop/reference', chosen, main)
    expect([status, body]).toEqual([200, { reference: expect.stringMatching(/^[\w-]{22}$/) }])
    const { reference } = body as { reference: string }
    const opened = await post('/rpc/projects/open', { json: { place: reference } }, window)
    expect(opened.body).toEqual({ json: { project: reference, name: 'people' } })
    const beside = await post('/rpc/places/list', { json: { place: path.join(folder, 'data') } }, window)
    expect(beside.status).toBe(400)
  })

  it('names the recent projects with their folders, for the main process alone', async () => {
    for (const headers of [{}, window]) expect((await post('/desktop/recent', {}, headers)).status).toBe(403)
    expect((await post('/desktop/recent', {}, main)).body).toEqual({
      projects: [
        {
          reference: expect.stringMatching(/^[\w-]{22}$/),
          name: 'people',
          folder: path.join(folder, 'data', 'people.mend'),
        },
      ],
    })
  })

  it('says why it cannot start', async () => {
    const without = start('--socket', path.join(folder, 'other.sock'))
    without.stdin.end('{"session":"short"}\n')
    expect(await firstLine(without)).toMatchObject({ event: 'failed', code: 'no-secrets' })
    const [status] = (await once(without, 'exit')) as [number]
    expect(status).toBe(1)
  })

  it('ends in good order when the one who started it is gone', async () => {
    const exit = once(child, 'exit')
    child.stdin.end()
    expect(await exit).toEqual([0, null])
    expect(existsSync(path.join(folder, 'data', 'people.mend', 'project.db-wal'))).toBe(false)
  })
})
