import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { findNode24, node24Environment, runInForeground } from '../core/cli/node24.mjs'
import { installDependencies } from './setup/dependencies.mjs'
import { linkCommand } from './setup/linkCommand.mjs'
import { ProgressLine } from './setup/progressLine.mjs'
import { SetupError } from './setup/setupError.mjs'

/**
 * `node scripts/run.mjs NAME [arguments]`: sets up whatever is missing, then runs scripts/NAME/main.ts (or NAME.ts) on Node 24. It starts
 * with the machine's own Node, 20 or newer, before anything is installed.
 *
 * Which scripts train, and so want the faster engine set up.
 */
const trains = new Map([
  ['setup', true],
  ['start', true],
  ['demo', true],
  ['bench', true],
  ['test', true],
  ['build', false],
  ['check', false],
  ['format', false],
  ['sheet', false],
  ['screens', true],
])

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/**
 * @param {string} name
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit status
 */
async function main(name, args) {
  const needsEngine = trains.get(name)
  if (needsEngine === undefined) {
    throw new SetupError('unknown-script', `there is no script "${name}"`, `one of ${[...trains.keys()].join(', ')}`)
  }
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new SetupError(
      'old-node',
      `this is Node ${process.versions.node}`,
      'install Node 20 or newer from nodejs.org',
    )
  }
  const progress = new ProgressLine()
  await installDependencies(root, progress)
  linkCommand(root)
  const node = findNode24(root)
  if (node === null) {
    const platform = `${process.platform}-${process.arch}`
    throw new SetupError('no-node-24', `npm has no Node 24 for ${platform}`, 'install Node 24 or newer and use it')
  }
  const engineStatus = needsEngine ? await runNode(node, 'scripts/setup/engine.ts', []) : 0
  if (engineStatus !== 0 || name === 'setup') return engineStatus
  const target = [`scripts/${name}/main.ts`, `scripts/${name}.ts`].find((file) => fs.existsSync(path.join(root, file)))
  if (target === undefined) {
    throw new SetupError('unknown-script', `this version has no script "${name}"`, 'update the checkout')
  }
  return runNode(node, target, args)
}

/**
 * @param {string} node
 * @param {string} script relative to the checkout
 * @param {readonly string[]} args
 */
function runNode(node, script, args) {
  const bin = path.join(root, 'node_modules', '.bin')
  return runInForeground(
    node,
    ['--disable-warning=ExperimentalWarning', '--use-system-ca', path.join(root, script), ...args],
    {
      // The network's proxy and its own certificates count, as they do for npm.
      env: {
        ...node24Environment(root),
        NODE_USE_ENV_PROXY: '1',
        PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}`,
      },
    },
  )
}

try {
  const [name = '', ...args] = process.argv.slice(2)
  process.exitCode = await main(name, args)
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.code}: ${error.message}\nhint: ${error.hint}\n`)
  process.exitCode = error.code === 'interrupted' ? 130 : 1
}
