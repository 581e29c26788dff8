import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { buildProgram } from '../../core/cli/commandLine.ts'
import { Session } from '../../core/cli/session.ts'
import { targets } from '../../core/formats/registry.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** The commands that a document prints, in its blocks: `$ npx mend …` of transcripts, `npx mend …` of lists. */
function printedCommands(document: string): string[] {
  const blocks = readFileSync(path.join(root, document), 'utf8')
    .split('```')
    .filter((_, at) => at % 2 === 1)
  return blocks.flatMap((block) =>
    block.split('\n').flatMap((line) => {
      const [, command] = /^(?:\$ )?npx (mend .*)$/.exec(line.trim()) ?? []
      return command === undefined ? [] : [command]
    }),
  )
}

/** As a shell takes the line apart, up to a comment, a pipe or a file. */
function wordsOf(command: string): string[] {
  const [plain] = command.split(/ [#|>] ?| \|$/, 1)
  return Array.from(
    plain.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g),
    ([, single, double, bare]) => single ?? double ?? bare,
  )
}

function withoutActions(command: Command): void {
  command.action(() => undefined)
  command.commands.forEach(withoutActions)
}

async function takes(words: readonly string[]): Promise<string | null> {
  const streams = { stdout: process.stdout, stderr: process.stderr }
  const neverOpened = (): never => {
    throw new Error('nothing is run')
  }
  const program = buildProgram(new Session(streams, new AbortController().signal, neverOpened), '0')
  program.commands.forEach(withoutActions)
  try {
    await program.parseAsync([...words], { from: 'user' })
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

describe.each(['README.md', 'docs/guide.md', 'docs/results.md'])('%s', (document) => {
  const commands = printedCommands(document)

  test('prints commands', () => {
    expect(commands.length).toBeGreaterThan(3)
  })

  test.each(commands)('%s is taken as printed', async (command) => {
    const [, ...words] = wordsOf(command)
    expect(await takes(words)).toBeNull()
    const format = words.indexOf('--format')
    if (words[0] === 'export' && format >= 0) expect(targets.map(({ name }) => name)).toContain(words[format + 1])
  })
})

test('a flag that does not exist is not taken', async () => {
  expect(await takes(['suspects', 'people.mend', '--worst', '3'])).toContain('--worst')
})
