import fs from 'node:fs'
import path from 'node:path'
import { spawn } from 'node:child_process'
import { withFileLock } from '../../core/tensor/engines/fileLock.mjs'
import { mendHome } from '../../core/tensor/engines/mendHome.mjs'
import { installedFits, lockHash, packageCount } from './lockFile.mjs'
import { SetupError } from './setupError.mjs'

/** What a fresh install takes on disk; measured 681 MB on linux-x64, and npm's cache holds the archives besides. */
const installedMb = 1000
const neededMb = 1_100
const megabyte = 1e6

/**
 * Makes node_modules what package-lock.json says, with `npm ci`, unless it already is. A stamp with the lock file's hash
 * makes the second time a matter of milliseconds; an interrupted install leaves no stamp and is done again, from npm's
 * cache.
 *
 * @param {string} root the checkout
 * @param {import('./progressLine.mjs').ProgressLine} progress
 * @returns {Promise<boolean>} whether anything was installed
 */
export async function installDependencies(root, progress) {
  const hash = lockHash(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
  if (isInstalled(root, hash)) return false
  const lock = path.join(mendHome(), 'locks', `npm-${lockHash(fs.realpathSync(root)).slice(0, 16)}.lock`)
  return withFileLock(
    lock,
    'installing dependencies',
    async () => {
      if (isInstalled(root, hash)) return false
      assertDiskSpace(root)
      await runNpmCi(root, progress)
      fs.writeFileSync(stampFile(root), `${hash}\n`)
      return true
    },
    (owner) => progress.say(`dependencies: process ${owner.pid} is installing them; waiting for it`),
  )
}

/** @param {string} root */
function stampFile(root) {
  return path.join(root, 'node_modules', '.mend-lock-hash')
}

/**
 * @param {string} root
 * @param {string} hash
 */
function isInstalled(root, hash) {
  if (readText(stampFile(root))?.trim() === hash) return true
  const installed = readText(path.join(root, 'node_modules', '.package-lock.json'))
  if (installed === null) return false
  // Somebody ran npm by hand: what counts is what it left.
  const wanted = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
  if (!installedFits(wanted, JSON.parse(installed))) return false
  fs.writeFileSync(stampFile(root), `${hash}\n`)
  return true
}

/** @param {string} file */
function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

/** @param {string} root */
function assertDiskSpace(root) {
  const { bavail, bsize } = fs.statfsSync(root)
  const freeMb = (bavail * bsize) / megabyte
  if (freeMb >= neededMb) return
  throw new SetupError(
    'no-disk-space',
    `the dependencies need ${neededMb} MB and the disk of ${root} has ${Math.floor(freeMb)} MB free`,
    'free some space and run the same command again',
  )
}

/**
 * @param {string} root
 * @param {import('./progressLine.mjs').ProgressLine} progress
 */
async function runNpmCi(root, progress) {
  const count = packageCount(JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')))
  progress.say(`dependencies: npm ci, ${count} packages, ${installedMb} MB`)
  const started = Date.now()
  const ticker = setInterval(() => {
    const megabytes = Math.round(folderBytes(path.join(root, 'node_modules')) / megabyte)
    const seconds = Math.round((Date.now() - started) / 1000)
    progress.update(`dependencies: ${megabytes} of ${installedMb} MB, ${seconds} s`)
  }, 2_000)
  const { status, output } = await collectNpm(root)
  clearInterval(ticker)
  if (status !== 0) throw npmError(status, output)
  const megabytes = Math.round(folderBytes(path.join(root, 'node_modules')) / megabyte)
  progress.say(`dependencies: done, ${megabytes} MB in ${Math.round((Date.now() - started) / 1000)} s`)
}

/**
 * @param {string} root
 * @returns {Promise<{ status: number, output: string }>}
 */
function collectNpm(root) {
  const flags = ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--no-fund', '--no-audit']
  const patience = ['--loglevel=error', '--fetch-retry-mintimeout=2000', '--fetch-retry-maxtimeout=15000']
  const cli = process.env.npm_execpath
  const isNpm = cli !== undefined && /npm-cli\.[cm]?js$/.test(cli)
  const [command, first] = isNpm ? [process.execPath, [cli]] : ['npm', []]
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...flags, ...patience], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: !isNpm && process.platform === 'win32',
    })
    let output = ''
    const collect = (/** @type {Buffer} */ chunk) => (output = (output + chunk).slice(-8_000))
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    const stop = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal)
    process.on('SIGINT', stop).on('SIGTERM', stop)
    child.once('error', (error) => reject(npmMissing(error)))
    child.once('close', (code, signal) => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      resolve({ status: signal === null ? (code ?? 1) : 130, output })
    })
  })
}

/** @param {Error} error */
function npmMissing(error) {
  return new SetupError('no-npm', 'npm was not found', 'install npm, which comes with Node from nodejs.org', {
    cause: error,
  })
}

/**
 * @param {number} status
 * @param {string} output
 */
function npmError(status, output) {
  if (status === 130) {
    return new SetupError(
      'interrupted',
      'the installation of dependencies was interrupted',
      'the same command continues it',
    )
  }
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|ECONNRESET|EAI_AGAIN|network/i.test(output)) {
    const hint =
      'connect, or set npm\'s "registry" or "proxy" to what your network allows, and run the same command again'
    return new SetupError('no-network', `npm could not reach its registry:\n${gist(output)}`, hint)
  }
  if (/ENOSPC/.test(output)) {
    return new SetupError(
      'no-disk-space',
      'the disk filled up while npm installed',
      'free 1.1 GB and run the same command again',
    )
  }
  return new SetupError('npm-failed', `npm ci failed:\n${gist(output)}`, 'see what npm says above')
}

/**
 * What npm said without the stack of its own program.
 *
 * @param {string} output
 */
function gist(output) {
  const lines = output.split('\n').filter((line) => /\S/.test(line) && !/^npm (error|ERR!)(\s+at .*|\s*)$/.test(line))
  return lines.slice(0, 12).join('\n')
}

/**
 * Bytes under a folder that npm may be writing to: what vanishes meanwhile counts as nothing.
 *
 * @param {string} folder
 * @returns {number}
 */
function folderBytes(folder) {
  let entries
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true })
  } catch {
    return 0
  }
  return entries.reduce((sum, entry) => {
    const place = path.join(folder, entry.name)
    if (entry.isDirectory()) return sum + folderBytes(place)
    return sum + (entry.isFile() ? (fs.lstatSync(place, { throwIfNoEntry: false })?.size ?? 0) : 0)
  }, 0)
}
