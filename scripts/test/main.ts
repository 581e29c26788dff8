import { parseCLI, startVitest } from 'vitest/node'
import { tallyLine, tallyStatus, tallyTests, type Tally } from './tally.ts'

/**
 * `npm test [-- filters and vitest options]`: every test once, then one line with the count. The status is taken from the
 * count, not from vitest, which calls an empty run a success in some of its modes.
 */
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
const tally = await runTests()
await new Promise((resolve) => process.stdout.write(`\n${tallyLine(tally)}\n`, resolve))
process.exit(tallyStatus(tally))

async function runTests(): Promise<Tally> {
  const vitest = await startVitest('test', filter, { ...options, watch: false, run: true })
  const result = tallyTests(vitest.state.getTestModules(), vitest.state.getUnhandledErrors().length)
  await vitest.close()
  return result
}
