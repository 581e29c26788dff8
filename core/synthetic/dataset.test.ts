import { describe, expect, test } from 'vitest'
import { personLabels, syntheticPeople, syntheticSplit, type SyntheticRecord } from './dataset.ts'
import type { Profile } from './profile.ts'
import { streetPartsSchema, syntheticTasks } from './tasks.ts'

const size = { width: 32, height: 64 }

function records(profile: Profile, people: number, seed = 1): SyntheticRecord[] {
  return [...syntheticPeople({ profile, people, seed, ...size })]
}

test('a larger data set begins with the people of a smaller one', () => {
  expect(records('full', 12).slice(0, 5)).toEqual(records('full', 5))
})

test('names are unique, one identity in seven is for validation, and nobody is in both splits', () => {
  const split = (index: number): string => syntheticSplit('full', index)
  const validation = Array.from({ length: 2000 }, (_, index) => index).filter((index) => split(index) === 'val')
  // 500 identities: ⌈(500 − 2) / 7⌉ = 72 for validation, 4 pictures each.
  expect(validation).toHaveLength(288)
  for (let identity = 0; identity < 500; identity++) {
    expect(new Set([0, 1, 2, 3].map((shot) => split(4 * identity + shot))).size).toBe(1)
  }
  expect(new Set(records('full', 30).map((record) => record.name)).size).toBe(30)
})

describe('full', () => {
  test('every person has a label of every task, of the kind and size that the schema says', () => {
    const tasks = syntheticTasks('full')
    expect(Object.keys(tasks)).toEqual(['attributes', 'identity', 'keypoints', 'parts', 'depth', 'vector'])
    for (const { person, source } of records('full', 8)) {
      expect(source).toBe('full')
      const labels = personLabels(person)
      expect(Object.keys(labels)).toEqual(Object.keys(tasks))
      for (const [name, schema] of Object.entries(tasks)) expect(labels[name].kind).toBe(schema.kind)
    }
  })

  test('coded depth decodes to the metres it was made from', () => {
    const [{ person }] = records('full', 1)
    const { depth } = personLabels(person)
    if (depth.kind !== 'depth') throw new Error('depth is a depth label')
    const errors = Array.from(depth.data, (raw, pixel) =>
      Math.abs(raw * depth.scale + depth.offset - person.depth[pixel]),
    )
    expect(Math.max(...errors)).toBeLessThan(0.0003)
  })
})

describe('partial', () => {
  const people = records('partial', 128)

  test('has four sources of one task each, with people of their own', () => {
    const identities = new Map<string, Set<string>>()
    for (const { source, person } of people) {
      expect(Object.keys(personLabels(person))).toEqual([source])
      const known = identities.get(source) ?? new Set()
      identities.set(source, known.add(person.identity))
    }
    expect([...identities.keys()].sort()).toEqual(['attributes', 'identity', 'keypoints', 'parts'])
    const all = [...identities.values()].flatMap((known) => [...known])
    expect(new Set(all).size).toBe(all.length)
    expect(Object.keys(syntheticTasks('partial')).sort()).toEqual(['attributes', 'identity', 'keypoints', 'parts'])
  })

  test('its sources’ pictures differ in colour more than pictures within a source do', () => {
    const means = new Map<string, number[][]>()
    for (const { source, person } of people) {
      const mean = [0, 1, 2].map((channel) => {
        let sum = 0
        for (let at = channel; at < person.rgb.length; at += 3) sum += person.rgb[at]
        return (3 * sum) / person.rgb.length
      })
      means.set(source, [...(means.get(source) ?? []), mean])
    }
    const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    const centres = [...means.values()].map((rows) =>
      [0, 1, 2].map((channel) => average(rows.map((row) => row[channel]))),
    )
    const spread = average(
      [...means.values()].flatMap((rows, source) =>
        rows.map((row) => Math.hypot(...row.map((value, channel) => value - centres[source][channel]))),
      ),
    )
    for (let a = 0; a < 4; a++) {
      for (let b = a + 1; b < 4; b++) {
        expect(Math.hypot(...centres[a].map((value, channel) => value - centres[b][channel]))).toBeGreaterThan(spread)
      }
    }
  })

  test('has people for validation in every source', () => {
    const validated = new Set(people.filter(({ split }) => split === 'val').map(({ source }) => source))
    expect(validated.size).toBe(4)
  })
})

describe('street', () => {
  const people = records('street', 40)

  test('uses its seven classes', () => {
    const seen = new Set(people.flatMap(({ person }) => [...new Set(person.parts)]))
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(streetPartsSchema.parts).toHaveLength(7)
  })

  test('labels disparity: 1/m, near things larger, the sky invalid', () => {
    for (const { person } of people) {
      const { depth } = personLabels(person)
      if (depth.kind !== 'depth') throw new Error('depth is a depth label')
      let worst = 0
      person.parts.forEach((part, pixel) => {
        const disparity = part === 2 ? 0 : 1 / person.depth[pixel]
        worst = Math.max(worst, Math.abs(depth.data[pixel] * depth.scale - disparity))
      })
      expect(worst).toBeLessThan(6e-6)
    }
  })

  test('a person further away is smaller', () => {
    const standing = people.filter(({ person }) => person.family === 'stand' || person.family === 'walk')
    const near = standing.map(({ person }) => ({
      height: person.box.height,
      distance: Math.min(...[...person.depth].filter((_, pixel) => person.parts[pixel] >= 5)),
    }))
    near.sort((a, b) => a.distance - b.distance)
    expect(near[0].height).toBeGreaterThan(near[near.length - 1].height)
  })
})
