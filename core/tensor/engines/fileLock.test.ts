import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withFileLock } from './fileLock.mjs'

let folder = ''
let lock = ''

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mend-lock-'))
  lock = path.join(folder, 'deep', 'a.lock')
})

afterEach(() => fs.rmSync(folder, { recursive: true }))

const owner = (pid: number, host = os.hostname()) => JSON.stringify({ pid, host, token: 'other', subject: 'x' })

test('two holders take turns, and the second is told who it waits for', async () => {
  const order: string[] = []
  const waits: number[] = []
  const hold = (name: string) => async () => {
    order.push(`${name} in`)
    await new Promise((resolve) => setTimeout(resolve, 50))
    order.push(`${name} out`)
  }
  const first = withFileLock(lock, 'first', hold('a'))
  await Promise.all([first, withFileLock(lock, 'second', hold('b'), ({ pid }) => waits.push(pid))])
  expect(order).toEqual(['a in', 'a out', 'b in', 'b out'])
  expect(waits).toEqual([process.pid])
  expect(fs.existsSync(lock)).toBe(false)
})

test('the lock of a process that is gone is taken over', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await new Promise((resolve) => child.once('close', resolve))
  fs.mkdirSync(path.dirname(lock))
  fs.writeFileSync(lock, owner(child.pid ?? 0))
  expect(await withFileLock(lock, 'mine', () => Promise.resolve(7))).toBe(7)
  expect(fs.readdirSync(path.dirname(lock))).toEqual([])
})

test('a lock that nobody has touched for a while is taken over, also one that was never written whole', async () => {
  fs.mkdirSync(path.dirname(lock))
  fs.writeFileSync(lock, '{"pid":')
  const longAgo = new Date(Date.now() - 60_000)
  fs.utimesSync(lock, longAgo, longAgo)
  expect(await withFileLock(lock, 'mine', () => Promise.resolve('in'))).toBe('in')
})

test('a living holder elsewhere is waited for', async () => {
  fs.mkdirSync(path.dirname(lock))
  // No process here has this id; on another machine one may.
  fs.writeFileSync(lock, owner(2 ** 30, 'another-host'))
  let entered = false
  const waiting = withFileLock(lock, 'mine', () => Promise.resolve((entered = true)))
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(entered).toBe(false)
  fs.rmSync(lock)
  await waiting
  expect(entered).toBe(true)
})

test('work that fails releases the lock', async () => {
  await expect(withFileLock(lock, 'x', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(fs.existsSync(lock)).toBe(false)
})
