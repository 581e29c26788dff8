import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MendError } from '../../dataset/mendError.ts'
import { builtPages, givenPages } from './listen.ts'

const buildScript = fileURLToPath(new URL('../../../scripts/build/main.ts', import.meta.url))
const lastWords = 2000

/**
 * Builds the pages where they are missing or older than their sources; an installed program has no sources and is left
 * alone. @throws MendError `pages-not-built`
 */
export async function buildPagesIfNeeded(onStart: () => void): Promise<void> {
  if (givenPages !== undefined || !existsSync(buildScript)) return
  if (!existsSync(builtPages)) onStart()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', buildScript, '--if-needed'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-lastWords)))
  const status = await new Promise<number | null>((settle, reject) => {
    child.once('error', reject)
    child.once('close', settle)
  })
  if (status === 0) return
  throw new MendError('pages-not-built', `the studio's pages could not be built: ${said.trim()}`, 'npm run build')
}
