import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { clipNorm } from './networkStep.ts'
import type { NetworkStep } from './networkStep.ts'

const scripts = path.resolve(import.meta.dirname, '..', 'pytorch')

export const layouts = ['contiguous', 'channels_last'] as const
export type Layout = (typeof layouts)[number]

/** Learning rate of both sides, so that both make the same updates. */
export const learningRate = 1e-3

/** A Python that can import torch, or why there is none. */
export type FoundPytorch = { readonly python: string; readonly version: string } | { readonly missing: string }

function versionIn(python: string): string | null {
  const found = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' })
  return found.status === 0 ? found.stdout.trim() : null
}

/**
 * PyTorch: of the Python that is named, or the system's, else Debian's python3-torch is installed where this user may, else
 * the wheel from the package index into a folder of its own.
 */
export function findPytorch(named: string | undefined, log: (message: string) => void): FoundPytorch {
  if (named !== undefined) {
    const version = versionIn(named)
    return version === null ? { missing: `${named} cannot import torch` } : { python: named, version }
  }
  const folder = path.join(homedir(), '.cache', 'mend-studio', 'bench-pytorch')
  const own = path.join(folder, 'bin', 'python')
  const candidates = ['/usr/bin/python3', 'python3', own]
  const installed = candidates.map((python) => ({ python, version: versionIn(python) }))
  for (const { python, version } of installed) if (version !== null) return { python, version }
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    log('installing python3-torch with apt-get')
    const options = ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '--no-install-recommends', 'python3-torch']
    spawnSync('apt-get', options, { stdio: ['ignore', 'ignore', 'inherit'] })
    const version = versionIn('/usr/bin/python3')
    if (version !== null) return { python: '/usr/bin/python3', version }
  }
  log(`installing the torch wheel in ${folder}`)
  mkdirSync(path.dirname(folder), { recursive: true })
  spawnSync('python3', ['-m', 'venv', folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  spawnSync(own, ['-m', 'pip', 'install', '--quiet', 'torch', 'numpy'], { stdio: ['ignore', 'ignore', 'inherit'] })
  const version = versionIn(own)
  if (version !== null) return { python: own, version }
  return { missing: 'neither apt-get nor pip could install torch here; --python names one that has it' }
}

interface Case {
  readonly folder: string
  readonly file: string
}

/** Writes weights and feeds where the script reads them; remove the folder afterwards. */
export function writeCase(step: NetworkStep, threads: number): Case {
  const folder = mkdtempSync(path.join(tmpdir(), 'mend-pytorch-'))
  let count = 0
  const write = (values: Float32Array | Int32Array, shape: readonly number[]): object => {
    const file = `${count++}.bin`
    writeFileSync(path.join(folder, file), values)
    return { file, shape, length: values.length, dtype: values instanceof Int32Array ? 'int32' : 'float32' }
  }
  const [train] = step.programs
  const { model, height, width, batch } = step
  const file = path.join(folder, 'case.json')
  const document = {
    ...{ model, height, width, batch, threads, clipNorm, learningRate },
    tasks: Object.entries(step.tasks).map(([name, schema]) => ({
      name,
      kind: schema.kind,
      outputs: outputsOf(schema),
      flip: 'flip' in schema ? schema.flip : [],
    })),
    weights: Object.fromEntries(step.weights.map(({ name, initial, shape }) => [name, write(initial, shape)])),
    feeds: Object.fromEntries(
      Object.entries(step.feeds).map(([name, values]) => [name, write(values, train.feeds[name].shape)]),
    ),
  }
  writeFileSync(file, JSON.stringify(document))
  return { folder, file }
}

function outputsOf(schema: NetworkStep['tasks'][string]): number {
  switch (schema.kind) {
    case 'keypoints':
      return schema.joints.length
    case 'parts':
      return schema.parts.length
    case 'attributes':
      return schema.attributes.length
    case 'vector':
      return schema.components.length
    default:
      return 1
  }
}

export interface FirstStep {
  readonly objective: number
  readonly norm: number
  readonly parameters: number
}

/** What PyTorch computes in the first step, padded as TensorFlow pads. @throws Error with its message when it fails. */
export function firstStep(python: string, file: string): FirstStep {
  const run = spawnSync(python, [path.join(scripts, 'step.py'), file, 'contiguous', 'check'], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`PyTorch: ${run.stderr.trim().split('\n').at(-1) ?? 'failed'}`)
  return JSON.parse(run.stdout) as FirstStep
}

/** A PyTorch process that makes steps when it is asked to. */
export class PytorchSteps {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>

  constructor(python: string, file: string, layout: Layout) {
    this.#child = spawn(python, [path.join(scripts, 'step.py'), file, layout])
    this.#child.stderr.pipe(process.stderr)
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  async #answer(): Promise<unknown> {
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error('PyTorch ended early')
    return JSON.parse(value)
  }

  /** Resolves when the first step, which is not timed, has been made. */
  async ready(): Promise<void> {
    await this.#answer()
  }

  /** Milliseconds of one step, the mean of `steps`. */
  async time(steps: number): Promise<number> {
    this.#child.stdin.write(`${steps}\n`)
    const { milliseconds } = (await this.#answer()) as { milliseconds: number }
    return milliseconds / steps
  }

  stop(): void {
    this.#child.kill()
  }
}

export function removeCase({ folder }: Case): void {
  rmSync(folder, { recursive: true, force: true })
}
