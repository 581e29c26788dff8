import path from 'node:path'
import { runInForeground } from '../../core/cli/node24.mjs'

const root = path.resolve(import.meta.dirname, '..', '..')

/** `npm run check`: all run even when one fails, so that one call shows everything there is to fix. */
const checks: readonly { readonly name: string; readonly program: string; readonly args: readonly string[] }[] = [
  { name: 'types', program: 'typescript/bin/tsc', args: ['-p', '.'] },
  { name: 'types of the windows', program: 'vue-tsc/bin/vue-tsc.js', args: ['-p', 'renderer'] },
  { name: 'lint and layers', program: 'eslint/bin/eslint.js', args: ['.', '--max-warnings', '0'] },
  { name: 'formatting', program: 'prettier/bin/prettier.cjs', args: ['.', '--check', '--log-level', 'warn'] },
]

let failed = 0
for (const { name, program, args } of checks) {
  const started = Date.now()
  const status = await runInForeground(process.execPath, [path.join(root, 'node_modules', program), ...args], {
    cwd: root,
  })
  if (status === 130) process.exit(status)
  process.stdout.write(`${name}: ${status === 0 ? 'ok' : 'FAILED'} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`)
  failed += status === 0 ? 0 : 1
}
process.exitCode = failed === 0 ? 0 : 1
