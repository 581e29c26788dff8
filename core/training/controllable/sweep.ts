import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Metrics } from '../predictionResults.ts'
import type { Choice, Controller, Preferences } from './controller.ts'
import { sweepBudgets, sweepPreferences } from './sweepGrid.ts'

/** A preference and budget, and what is computed for them. */
export interface SweptPair {
  readonly preferences: Preferences
  readonly budget: number
  readonly choice: Choice
}

/** Every preference at every budget of the grid that it can be had for. */
export function sweepPairs(controller: Controller): SweptPair[] {
  const budgets = sweepBudgets(controller.minimumMacs, controller.maximumMacs)
  return sweepPreferences(controller.tasks).flatMap((preferences) =>
    budgets.flatMap((budget) => {
      const choice = controller.choose(preferences, budget)
      return choice.feasible ? [{ preferences, budget, choice }] : []
    }),
  )
}

/** Tells configurations apart. */
export function configurationKey({ configuration }: Pick<Choice, 'configuration'>): string {
  return JSON.stringify(configuration)
}

/** Each different configuration of a sweep once, those of the least cost first. */
export function differentChoices(pairs: readonly SweptPair[]): Choice[] {
  const found = new Map(pairs.map(({ choice }) => [configurationKey(choice), choice]))
  return [...found.values()].sort((a, b) => a.macs - b.macs)
}

/** What a sweep's folder says in `sweep.json`. */
export interface SweepRequest {
  readonly runFolder: string
  /** The run's own frozen set. */
  readonly trainingSet: string
}

/** What was measured of a configuration. */
export interface Measured {
  readonly key: string
  readonly engine: string
  readonly milliseconds: number
  readonly metrics: Metrics
}

const measuredFile = 'measured.jsonl'

/** Written as soon as it is known, so that a sweep goes on where it was ended; on a line of its own, though the last was cut off. */
export function appendMeasured(folder: string, measured: Measured): void {
  appendFileSync(join(folder, measuredFile), `\n${JSON.stringify(measured)}\n`)
}

/** What earlier attempts have measured; a line that was cut off counts for nothing. */
export function readMeasured(folder: string): Map<string, Measured> {
  const file = join(folder, measuredFile)
  if (!existsSync(file)) return new Map()
  const found = readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line): Measured[] => {
      try {
        return [JSON.parse(line) as Measured]
      } catch {
        return []
      }
    })
  return new Map(found.map((measured) => [measured.key, measured]))
}
