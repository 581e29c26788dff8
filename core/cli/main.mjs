#!/usr/bin/env node
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { findNode24, node24Environment, runInForeground } from './node24.mjs'

// `npx mend …` starts with whatever Node the machine has; the program itself runs on Node 24, which strips types.
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..')
const node = findNode24(root)
if (node === null) {
  process.stderr.write('not-set-up: Node 24 is not installed here\nhint: run "npm run setup" in the checkout\n')
  process.exitCode = 1
} else {
  const args = ['--disable-warning=ExperimentalWarning', path.join(root, 'core', 'cli', 'main.ts')]
  process.exitCode = await runInForeground(node, [...args, ...process.argv.slice(2)], { env: node24Environment(root) })
}
