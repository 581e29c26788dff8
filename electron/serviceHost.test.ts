import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ServiceHost, type ServiceState } from './serviceHost.ts'

let folder = ''
let host: ServiceHost | null = null
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-host-'))
})
afterEach(async () => {
  await host?.end()
  rmSync(folder, { recursive: true, force: true })
})

/** A service that behaves as `body` says; it counts its starts in the file `starts`. */
function hostOf(body: string, options: { readonly healthyMs?: number } = {}): { host: ServiceHost; states: string[] } {
  const script = path.join(folder, 'service.mjs')
  const count = `import fs from 'node:fs'; fs.appendFileSync(${JSON.stringify(path.join(folder, 'starts'))}, 'x');`
  writeFileSync(script, `${count}\n${body}`)
  const logFile = path.join(folder, 'service.log')
  const made = new ServiceHost({ node: process.execPath, script, logFile, backOffMs: [1, 1], ...options })
  host = made
  const states: string[] = []
  made.onState(({ state }) => states.push(state))
  return { host: made, states }
}
const starts = (): number => readFileSync(path.join(folder, 'starts'), 'utf8').length
const next = (from: ServiceHost, wanted: ServiceState['state']): Promise<ServiceState> =>
  new Promise((settle) => {
    const stop = from.onState((state) => {
      if (state.state !== wanted) return
      stop()
      settle(state)
    })
  })

const stays = `process.stdin.once('data', (line) => {
  const { session, main } = JSON.parse(line)
  fs.writeFileSync(${'process.argv[3] + ".secrets"'}, session.length + ' ' + main.length)
  console.log(JSON.stringify({ event: 'ready' }))
})
process.stdin.on('end', () => process.exit(0))`

describe('the host of the service', () => {
  it('gives secrets of 256 bits on standard input, and leaves nothing behind at the end', async () => {
    const { host, states } = hostOf(stays)
    host.start()
    await host.whenReady()
    // 32 bytes are 43 characters of base64url.
    expect(readFileSync(`${host.address.socket}.secrets`, 'utf8')).toBe('43 43')
    const { pid } = host
    await host.end()
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH')
    expect(existsSync(path.dirname(host.address.socket))).toBe(false)
    expect(states).toEqual(['ready', 'ended'])
  })

  it('starts a service again that was killed', async () => {
    const { host, states } = hostOf(stays, { healthyMs: 0 })
    host.start()
    await host.whenReady()
    const again = next(host, 'ready')
    process.kill(host.pid ?? 0, 'SIGKILL')
    expect(await again).toEqual({ state: 'ready', restarts: 1 })
    expect(states).toEqual(['ready', 'restarting', 'ready'])
    expect(starts()).toBe(2)
  })

  it('gives up a service that keeps failing, with what it said; a person may try again', async () => {
    const { host } = hostOf(`
      console.log(JSON.stringify({ event: 'failed', code: 'x', message: 'the disk is full', hint: 'make room' }))
      console.error('its last words')
      process.exitCode = 1`)
    const failed = next(host, 'failed')
    host.start()
    const state = await failed
    expect(starts()).toBe(3)
    expect(state).toEqual({ state: 'failed', reason: expect.stringContaining('the disk is full (make room)') })
    expect(readFileSync(path.join(folder, 'service.log'), 'utf8')).toContain('its last words')
    await expect(host.whenReady()).rejects.toThrow('the disk is full')
    const again = next(host, 'failed')
    host.start()
    await again
    expect(starts()).toBe(6)
  })

  it('says when Node itself cannot be run', async () => {
    const logFile = path.join(folder, 'service.log')
    const without = new ServiceHost({ node: path.join(folder, 'no-node'), script: 'x', logFile, backOffMs: [] })
    host = without
    const failed = next(without, 'failed')
    without.start()
    expect(await failed).toEqual({ state: 'failed', reason: expect.stringContaining('cannot be run') })
  })
})
