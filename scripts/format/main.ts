import path from 'node:path'
import { runInForeground } from '../../core/cli/node24.mjs'

/** `npm run format [-- paths]`: rewrites files as prettier has them. */
const root = path.resolve(import.meta.dirname, '..', '..')
const program = path.join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs')
const paths = process.argv.slice(2)
process.exitCode = await runInForeground(
  process.execPath,
  [program, '--write', ...(paths.length > 0 ? paths : ['.'])],
  {
    cwd: root,
  },
)
