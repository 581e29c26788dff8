import { spawn } from 'node:child_process'

/**
 * Runs a script of this folder in a process of its own, whose crash or exhaustion is an answer and not an error, and returns
 * what it printed as JSON behind the mark; null where it printed none. It is killed after `patienceMs`.
 */
export function runThrowaway(
  script: string,
  args: readonly string[],
  { mark, patienceMs }: { readonly mark: string; readonly patienceMs: number },
): Promise<unknown> {
  return new Promise((resolve) => {
    // Its standard input ends with this process: see endWithParent.
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: patienceMs,
      killSignal: 'SIGKILL',
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stdin.once('error', () => undefined)
    child.once('error', () => resolve(null))
    child.once('close', () => {
      const line = output.split('\n').find((candidate) => candidate.startsWith(mark))
      resolve(line === undefined ? null : parsed(line.slice(mark.length)))
    })
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** In the throwaway process: prints the answer behind the mark and ends. */
export function answerThrowaway(mark: string, answer: unknown): void {
  process.stdout.write(`${mark}${JSON.stringify(answer)}\n`, () => process.exit(0))
}

/** In the throwaway process: ends it, between two steps, when the one that started it is gone. */
export function endWithParent(): void {
  process.stdin.once('close', () => process.exit(1)).resume()
}
