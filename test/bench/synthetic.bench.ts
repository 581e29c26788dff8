import { renderPerson } from '../../core/synthetic/person.ts'
import { profiles, type Profile } from '../../core/synthetic/profile.ts'
import { defineBenchmark, interleavedMedians } from './benchmark.ts'

const people = 200
const repetitions = 5

/**
 * People a second of one core, everything included but encoding and writing. Processor time rather than the clock's, so
 * that other work on the machine does not count; threads of the garbage collector and the compiler do.
 */
function peoplePerSecond(profile: Profile, width: number, height: number): number {
  const start = process.cpuUsage()
  for (let index = 0; index < people; index++) renderPerson({ seed: 1, index, profile, width, height })
  const { user, system } = process.cpuUsage(start)
  return (1e6 * people) / (user + system)
}

export default defineBenchmark({
  name: 'synthetic',
  summary: 'Synthetic people rendered a second on one core, by profile (128×64; must: 200)',
  run: async ({ log }) => {
    log(`${people} people a case, ${repetitions} counted rounds`)
    const rates = await interleavedMedians(
      {
        full: () => peoplePerSecond('full', 64, 128),
        partial: () => peoplePerSecond('partial', 64, 128),
        street: () => peoplePerSecond('street', 64, 128),
        large: () => peoplePerSecond('full', 128, 256),
      },
      repetitions,
    )
    return [
      ...profiles.map((profile) => ({
        id: `synthetic.${profile}.128x64`,
        value: rates[profile],
        unit: 'people/s',
        better: 'higher' as const,
        must: 200,
      })),
      {
        id: 'synthetic.full.256x128',
        value: rates.large,
        unit: 'people/s',
        better: 'higher' as const,
        reference: 'synthetic.full.128x64',
      },
    ]
  },
})
