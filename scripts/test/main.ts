import { parseCLI, startVitest } from 'vitest/node'
import { trappedFile } from './trapped.ts'
import { tallyLine, tallyStatus, tallyTests, type Tally } from './tally.ts'

/**
 * `npm test [-- filters and vitest options]`: every test once, and again those of a file during which V8 ended the process, then one line
 * with the count. The status is taken from the count, not from vitest, which calls an empty run a success in some of its modes.
 */
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
const tally = await runTests()
await new Promise((resolve) => process.stdout.write(`\n${tallyLine(tally)}\n`, resolve))
process.exit(tallyStatus(tally))

async function runTests(): Promise<Tally> {
  const vitest = await startVitest('test', filter, { ...options, watch: false, run: true })
  let errors = vitest.state.getUnhandledErrors()
  const trapped = errors.flatMap((error) => trappedFile(error) ?? [])
  if (trapped.length > 0) {
    process.stdout.write(`\nV8 ended the process of ${trapped.join(', ')}: once more\n`)
    const others = errors.filter((error) => trappedFile(error) === null)
    await vitest.runTestSpecifications(trapped.flatMap((file) => vitest.getModuleSpecifications(file)))
    errors = [...others, ...vitest.state.getUnhandledErrors()]
  }
  const result = tallyTests(vitest.state.getTestModules(), errors.length)
  await vitest.close()
  return result
}
