import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import fs from 'node:fs'
import path from 'node:path'
import { MendError } from '../../dataset/mendError.ts'
import { addonSources, type TensorflowPlaces } from './tensorflowLibrary.ts'

const compileTimeoutMs = 10 * 60_000

/**
 * The first C++ compiler that starts: `CXX`, g++, c++, clang++.
 * @throws MendError `no-compiler`.
 */
export async function findCompiler(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const candidates = [environment['CXX'] ?? '', 'g++', 'c++', 'clang++'].filter((candidate) => candidate !== '')
  for (const candidate of candidates) {
    const { status } = await runQuietly(candidate, ['--version'], environment, 20_000)
    if (status === 0) return candidate
  }
  throw new MendError('no-compiler', `no C++ compiler was found (looked for ${candidates.join(', ')})`, compilerHint())
}

function compilerHint(): string {
  if (process.platform === 'darwin') return 'install one with "xcode-select --install" and run the same command again'
  const debian = '"apt install g++" on Debian and Ubuntu, "dnf install gcc-c++" on Fedora'
  return `install one (${debian}), or set CXX to yours, and run the same command again`
}

/**
 * Arguments that compile the addon: the libraries are named by file, so that the addon asks for them by their own names,
 * and are found beside the addon's folder, or where they lay when it was compiled.
 */
function addonArguments(places: TensorflowPlaces, libraries: readonly string[], output: string): string[] {
  const nodeApi = path.join(
    path.dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')),
    'include',
  )
  const libraryFolder = path.join(places.libraryFolder, 'lib')
  const isMac = process.platform === 'darwin'
  const beside = path.join('..', path.basename(places.libraryFolder), 'lib')
  return [
    '-std=c++17',
    '-O2',
    '-fPIC',
    ...(isMac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']),
    '-DNAPI_VERSION=8',
    `-I${nodeApi}`,
    `-I${path.join(places.libraryFolder, 'include')}`,
    ...addonSources.map((source) => path.join(places.packageFolder, source)),
    ...libraries.map((library) => path.join(libraryFolder, library)),
    `-Wl,-rpath,${isMac ? '@loader_path' : '$ORIGIN'}/${beside}`,
    `-Wl,-rpath,${libraryFolder}`,
    '-o',
    output,
  ]
}

/**
 * Compiles the addon, 10 s on one core.
 * @throws MendError `compile-failed` with the end of what the compiler said.
 */
export async function compileAddon(
  compiler: string,
  places: TensorflowPlaces,
  libraries: readonly string[],
  output: string,
): Promise<void> {
  const { status, output: said } = await runQuietly(
    compiler,
    addonArguments(places, libraries, output),
    process.env,
    compileTimeoutMs,
  )
  if (status === 0 && fs.existsSync(output)) return
  throw new MendError(
    'compile-failed',
    `${compiler} could not compile TensorFlow's addon:\n${said.trim()}`,
    'a compiler with C++17 (GCC 9 or newer) is needed; set CXX to choose another one',
  )
}

/** Status −1 stands for a program that could not be started or was ended by a signal. */
export function runQuietly(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs })
    let output = ''
    const collect = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4_000))
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.once('error', (error) => resolve({ status: -1, output: error.message }))
    child.once('close', (code) => resolve({ status: code ?? -1, output }))
  })
}
