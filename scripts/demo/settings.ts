import path from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { UsageError } from '../../core/cli/exitStatus.ts'

/** What a demo does; kept in its folder, so that the next run knows whether it may continue. */
export const demoSettings = z.object({
  version: z.literal(1),
  /** Folder of real datasets; null: synthetic people. */
  data: z.string().nullable(),
  /** Synthetic people to draw. */
  people: z.number().int().min(60).max(20_000),
  /** Passes over the people. */
  epochs: z.number().int().min(1).max(1000),
  seed: z.number().int().min(0).max(0xffffffff),
})
export type DemoSettings = z.infer<typeof demoSettings>

/** Where results go, relative to the checkout: apart, so that one demo does not overwrite the other's. */
export function demoFolder(settings: DemoSettings): string {
  return settings.data === null ? 'demo' : 'demo-data'
}

export const usage = `npm run demo                          synthetic people with planted errors
npm run demo -- --data FOLDER         the datasets in FOLDER, as they are
  --people N    synthetic people to draw (default ${1600})
  --epochs N    passes over the people (default ${20}; with --data ${30})
  --seed N      another seed, other people and errors (default 1)
`

/**
 * @param args the command line after `npm run demo --`
 * @returns null when help was asked for
 * @throws UsageError
 */
export function parseSettings(args: readonly string[]): DemoSettings | null {
  const { help, data, ...numbers } = parseOptions(args)
  if (help === true) return null
  const settings = demoSettings.safeParse({
    version: 1,
    data: data === undefined ? null : path.resolve(data),
    people: number(numbers.people, 1600),
    epochs: number(numbers.epochs, data === undefined ? 20 : 30),
    seed: number(numbers.seed, 1),
  })
  if (settings.success) return settings.data
  const [issue] = settings.error.issues
  throw new UsageError(`--${issue.path.join('.')}: ${issue.message}`, 'npm run demo -- --help')
}

function parseOptions(args: readonly string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      options: { data: text, people: text, epochs: text, seed: text, help: { type: 'boolean' } },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), 'npm run demo -- --help')
  }
}

function number(given: string | undefined, standard: number): number {
  return given === undefined ? standard : Number(given)
}
