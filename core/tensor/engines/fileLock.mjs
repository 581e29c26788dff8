import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * @typedef {{ pid: number, host: string, token: string, subject: string }} LockOwner
 */

const heartbeatMs = 1_000
/** A holder that has not touched its lock for this long is dead or suspended, whatever its process id says. */
const staleAfterMs = 30_000
const pollMs = 250

/**
 * Runs `work` while holding the lock file, so that two set-ups at once take turns. A lock whose owner has died (its process
 * is gone, or it has not touched the file for 30 s) is taken over; the file is removed whatever `work` does.
 *
 * @template Result
 * @param {string} file the lock file; its folder is created
 * @param {string} subject what is being done, for the message that a waiting process shows
 * @param {() => Promise<Result>} work must not block the event loop for longer than 30 s
 * @param {(owner: LockOwner) => void} [onWait] called once, when somebody else holds the lock
 * @returns {Promise<Result>}
 */
export async function withFileLock(file, subject, work, onWait = () => {}) {
  /** @type {LockOwner} */
  const owner = { pid: process.pid, host: os.hostname(), token: randomUUID(), subject }
  fs.mkdirSync(path.dirname(file), { recursive: true })
  let announced = false
  while (!tryCreate(file, JSON.stringify(owner))) {
    const holder = readOwner(file)
    if (holder === 'gone') continue
    if (isStale(file, holder)) {
      if (!removeStale(file)) await delay(pollMs)
      continue
    }
    if (!announced && holder !== 'unreadable') {
      onWait(holder)
      announced = true
    }
    await delay(pollMs)
  }
  const heartbeat = setInterval(() => touch(file), heartbeatMs)
  const release = () => {
    clearInterval(heartbeat)
    const holder = readOwner(file)
    if (typeof holder === 'object' && holder.token === owner.token) fs.rmSync(file, { force: true })
  }
  process.once('exit', release)
  try {
    return await work()
  } finally {
    release()
    process.removeListener('exit', release)
  }
}

/**
 * @param {string} file
 * @param {string} content
 * @returns {boolean} false where the file exists already
 */
function tryCreate(file, content) {
  try {
    fs.writeFileSync(file, content, { flag: 'wx' })
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

/**
 * @param {string} file
 * @returns {LockOwner | 'gone' | 'unreadable'}
 */
function readOwner(file) {
  try {
    const owner = JSON.parse(fs.readFileSync(file, 'utf8'))
    return typeof owner?.pid === 'number' && typeof owner.token === 'string' ? owner : 'unreadable'
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'gone' : 'unreadable'
  }
}

/**
 * @param {string} file
 * @param {LockOwner | 'unreadable'} holder unreadable: between its creation and its writing, or cut short by a crash
 */
function isStale(file, holder) {
  if (age(file) > staleAfterMs) return true
  return holder !== 'unreadable' && holder.host === os.hostname() && !isAlive(holder.pid)
}

/**
 * Removes a stale lock. Between seeing that it is stale and removing it, another process may have done the same and hold
 * a fresh one: removal therefore happens under a second, momentary lock, after a second look.
 *
 * @param {string} file
 * @returns {boolean} false when another process is at it
 */
function removeStale(file) {
  const breaker = `${file}.breaking`
  if (!tryCreate(breaker, String(process.pid))) {
    if (age(breaker) > staleAfterMs) fs.rmSync(breaker, { force: true })
    return false
  }
  try {
    const holder = readOwner(file)
    if (holder !== 'gone' && isStale(file, holder)) fs.rmSync(file, { force: true })
    return true
  } finally {
    fs.rmSync(breaker, { force: true })
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

/** @param {string} file */
function age(file) {
  const status = fs.statSync(file, { throwIfNoEntry: false })
  return status === undefined ? 0 : Date.now() - status.mtimeMs
}

/** @param {string} file */
function touch(file) {
  const now = new Date()
  try {
    fs.utimesSync(file, now, now)
  } catch {
    // Taken over while this process was suspended: the work goes on into its own staging folder, and release() sees it.
  }
}

/** @param {unknown} error */
function errorCode(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
