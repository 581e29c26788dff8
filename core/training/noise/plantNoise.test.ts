import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AttributesSchema, DepthSchema, KeypointsSchema, PartsSchema, VectorSchema } from '../../dataset/task.ts'
import { Random } from '../../synthetic/random.ts'
import type { LabelRow } from './kinds.ts'
import { plantNoise, type PlantedNoise } from './plantNoise.ts'

const parts: PartsSchema = { kind: 'parts', parts: ['background', 'head', 'torso', 'legs'], flip: [0, 1, 2, 3] }
const joints: KeypointsSchema = {
  kind: 'keypoints',
  joints: ['nose', 'left hand', 'right hand', 'left foot', 'right foot'],
  edges: [],
  flip: [0, 2, 1, 4, 3],
}
const attributes: AttributesSchema = { kind: 'attributes', attributes: ['hat', 'bag', 'skirt'] }
const vector: VectorSchema = {
  kind: 'vector',
  components: ['a', 'b', 'c'],
  groups: [
    { name: 'pose', start: 0, length: 2 },
    { name: 'shape', start: 2, length: 1 },
  ],
  flip: null,
}
const depth: DepthSchema = { kind: 'depth', unit: 'disparity' }
const frame = { width: 40, height: 60 }

/** Background above, a head of 10×10, a torso of 10×20, no legs. */
function mask(): Uint8Array {
  const data = new Uint8Array(frame.width * frame.height)
  for (let row = 10; row < 40; row++) data.fill(row < 20 ? 1 : 2, row * 40 + 15, row * 40 + 25)
  return data
}

// Nose 20,5 visible; hands 10,20 and 30,20 (hidden); left foot not annotated; right foot absent.
const person = Float32Array.of(20, 5, 2, 10, 20, 2, 30, 20, 1, 0, 0, 0, 0, 0, 3)

function plant(
  schema: Parameters<typeof plantNoise>[0]['schema'],
  kind: string,
  rows: LabelRow[],
  fraction: number,
  seed = 1,
): PlantedNoise {
  return plantNoise({
    schema,
    kind,
    row: (index) => rows[index],
    present: rows.map((_, index) => index),
    fraction,
    seed,
    ...frame,
  })
}

describe('the corrupted subset', () => {
  const rows = Array.from({ length: 50 }, mask)

  test('has exactly the fraction asked for, rounded, and lies among the labels that are present', () => {
    const present = [3, 5, 8, 13, 21, 34, 49]
    const options = { schema: parts, kind: 'derange', row: (index: number) => rows[index], present, seed: 1, ...frame }
    const planted = plantNoise({ ...options, fraction: 0.4 })
    expect(planted.corrupted).toHaveLength(3)
    expect([...planted.corrupted].every((index) => present.includes(index))).toBe(true)
    expect(planted.rows).toHaveLength(3)
    expect(planted.components).toHaveLength(3)
    expect(plantNoise({ ...options, fraction: 0 }).corrupted).toHaveLength(0)
    expect(plantNoise({ ...options, fraction: 1 }).corrupted).toEqual(Int32Array.from(present))
  })

  test('is fixed by the seed, whatever the order of the rows, and grows with the fraction', () => {
    const first = plant(parts, 'derange', rows, 0.2)
    expect(plant(parts, 'derange', rows, 0.2)).toEqual(first)
    expect(plant(parts, 'derange', rows, 0.2, 2).corrupted).not.toEqual(first.corrupted)
    const more = plant(parts, 'derange', rows, 0.4)
    expect([...first.corrupted].every((index) => more.corrupted.includes(index))).toBe(true)
    const position = more.corrupted.indexOf(first.corrupted[0])
    expect(more.rows[position]).toEqual(first.rows[0])
  })

  test('passes over labels that the kind cannot apply to and draws others for them', () => {
    const mixed = rows.map((row, index) => (index % 2 === 0 ? row : new Uint8Array(row.length)))
    const planted = plant(parts, 'derange', mixed, 0.5)
    expect([...planted.corrupted]).toEqual(Array.from({ length: 25 }, (_, index) => 2 * index))
    expect(() => plant(parts, 'derange', mixed, 0.52)).toThrow(
      expect.objectContaining({ code: 'noise-not-applicable' }),
    )
  })

  test('leaves the rows given as they were', () => {
    const given = mask()
    plant(parts, 'derange', [given], 1)
    expect(given).toEqual(mask())
  })

  test('refuses a kind that the task does not have, naming those it has', () => {
    expect(() => plant(parts, 'swap', rows, 0.1)).toThrow(
      expect.objectContaining({ code: 'noise-kind-unknown', hint: 'Kinds: derange, relabel, shift.' }),
    )
    expect(() => plant(parts, 'derange', rows, 1.2)).toThrow(
      expect.objectContaining({ code: 'noise-fraction-invalid' }),
    )
  })
})

describe('parts', () => {
  test('derange renumbers every label present, background included, keeps regions whole and 255 as it is', () => {
    const given = mask()
    given[0] = 255
    const { rows, components } = plant(parts, 'derange', [given], 1)
    const changed = rows[0]
    expect(changed[0]).toBe(255)
    const renumbered = new Map<number, number>()
    given.forEach((part, pixel) => {
      if (pixel === 0) return
      expect(changed[pixel]).not.toBe(part)
      expect(renumbered.get(part) ?? changed[pixel]).toBe(changed[pixel])
      renumbered.set(part, changed[pixel])
    })
    expect([...renumbered.values()].sort()).toEqual([0, 1, 2])
    expect([...components[0]]).toEqual([0, 1, 2])
  })

  test('relabel gives the pixels of one part, never the background, to one other part', () => {
    const seen = new Set<string>()
    for (let seed = 0; seed < 60; seed++) {
      const { rows, components } = plant(parts, 'relabel', [mask()], 1, seed)
      const [low, high] = components[0]
      const pixels = new Set<string>()
      mask().forEach((part, pixel) => {
        if (rows[0][pixel] !== part) pixels.add(`${part}→${rows[0][pixel]}`)
      })
      expect(pixels.size).toBe(1)
      const [change] = pixels
      expect(change.split('→').map(Number).sort()).toEqual([low, high])
      seen.add(change)
    }
    expect([...seen].sort()).toEqual(['1→2', '1→3', '2→1', '2→3'])
  })

  test('shift moves the mask by 5% of the height, 3 pixels of 60, and fills with background', () => {
    const directions = new Set<string>()
    for (let seed = 0; seed < 40; seed++) {
      const { rows } = plant(parts, 'shift', [mask()], 1, seed)
      const first = rows[0].indexOf(1)
      const right = (first % 40) - 15
      const down = Math.floor(first / 40) - 10
      expect(Math.abs(Math.hypot(right, down) - 3)).toBeLessThan(0.75)
      expect(rows[0].filter((part) => part === 2)).toHaveLength(200)
      directions.add(`${Math.sign(right)} ${Math.sign(down)}`)
    }
    expect(directions.size).toBeGreaterThanOrEqual(6)
  })

  test('shift leaves background where the mask came from the edge, not wrapped pixels', () => {
    const full = new Uint8Array(frame.width * frame.height).fill(2)
    const { rows, components } = plant(parts, 'shift', [full], 1)
    const vacated = rows[0].filter((part) => part === 0).length
    expect(vacated).toBeGreaterThan(0)
    expect(vacated).toBeLessThanOrEqual(3 * 40 + 3 * 60)
    expect([...components[0]]).toEqual([0, 2])
  })
})

describe('keypoints', () => {
  test('derange gives every labelled joint the place of another and leaves the unlabelled ones', () => {
    const { rows, components } = plant(joints, 'derange', [person], 1)
    for (const joint of [0, 1, 2])
      expect(rows[0].subarray(3 * joint, 3 * joint + 2)).not.toEqual(person.subarray(3 * joint, 3 * joint + 2))
    const places = [0, 1, 2].map((joint) => rows[0].subarray(3 * joint, 3 * joint + 3).join())
    expect(places.sort()).toEqual(['10,20,2', '20,5,2', '30,20,1'])
    expect(rows[0].subarray(9)).toEqual(person.subarray(9))
    expect([...components[0]]).toEqual([0, 1, 2])
  })

  test('swap exchanges left and right by the flip table, visibility with it', () => {
    const { rows, components } = plant(joints, 'swap', [person], 1)
    expect([...rows[0]]).toEqual([20, 5, 2, 30, 20, 1, 10, 20, 2, 0, 0, 3, 0, 0, 0])
    expect([...components[0]]).toEqual([1, 2, 3, 4])
  })

  test('swap does not apply where no pair has both sides labelled', () => {
    const oneSided = person.slice()
    oneSided[8] = 3
    expect(() => plant(joints, 'swap', [oneSided], 1)).toThrow(
      expect.objectContaining({ code: 'noise-not-applicable' }),
    )
  })

  test('joint moves one visible joint by 10% of the joints’ extent, 2 pixels of 20, inside the crop', () => {
    const moved = new Set<number>()
    for (let seed = 0; seed < 30; seed++) {
      const { rows, components } = plant(joints, 'joint', [person], 1, seed)
      expect(components[0]).toHaveLength(1)
      const [joint] = components[0]
      moved.add(joint)
      const distance = Math.hypot(
        rows[0][3 * joint] - person[3 * joint],
        rows[0][3 * joint + 1] - person[3 * joint + 1],
      )
      expect(distance).toBeCloseTo(2, 5)
      expect(rows[0][3 * joint + 2]).toBe(2)
    }
    expect([...moved].sort()).toEqual([0, 1])
  })

  test('joint20 moves it by 0.2 of the crop’s height, 12 pixels of 60, and keeps it in the crop', () => {
    for (let seed = 0; seed < 30; seed++) {
      const { rows, components } = plant(joints, 'joint20', [person], 1, seed)
      const [joint] = components[0]
      const [x, y] = rows[0].subarray(3 * joint)
      expect(Math.hypot(x - person[3 * joint], y - person[3 * joint + 1])).toBeCloseTo(12, 4)
      expect(x >= 0 && y >= 0 && x < 40 && y < 60).toBe(true)
    }
  })

  test('joint does not apply to a person without a visible joint in the crop', () => {
    expect(() =>
      plant(joints, 'joint', [Float32Array.of(20, 5, 1, 50, 20, 2, 30, 20, 1, 0, 0, 0, 0, 0, 0)], 1),
    ).toThrow(expect.objectContaining({ code: 'noise-not-applicable' }))
  })
})

describe('values', () => {
  test('flip inverts one annotated attribute and leaves those not annotated', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(-1, 0, 1), { minLength: 3, maxLength: 3 }), fc.integer(), (values, seed) => {
        fc.pre(values.some((value) => value >= 0))
        const { rows, components } = plant(attributes, 'flip', [Int8Array.from(values)], 1, seed)
        const [flipped] = components[0]
        expect(components[0]).toHaveLength(1)
        expect([...rows[0]]).toEqual(values.map((value, index) => (index === flipped ? 1 - value : value)))
        expect(values[flipped]).not.toBe(-1)
      }),
    )
  })

  test('uniform on a vector adds U(−2, 2) to each annotated component', () => {
    const rows = Array.from({ length: 2000 }, () => Float32Array.of(1, 0, Number.NaN))
    const planted = plant(vector, 'uniform', rows, 1)
    const added = planted.rows.map((row) => row[0] - 1)
    expect(Math.min(...added)).toBeGreaterThanOrEqual(-2)
    expect(Math.max(...added)).toBeLessThanOrEqual(2)
    // The variance of U(−2, 2) is 4/3.
    expect(added.reduce((sum, value) => sum + value * value, 0) / 2000).toBeCloseTo(4 / 3, 1)
    expect(planted.rows.every((row) => Number.isNaN(row[2]))).toBe(true)
    expect([...planted.components[0]]).toEqual([0])
  })

  test('uniform on disparity adds U(0, 0.2) of the largest disparity of the labels to each valid pixel', () => {
    const near = new Float32Array(1000).fill(0.5)
    const far = new Float32Array(1000).fill(0.1)
    far[0] = Number.NaN
    const { rows } = plant(depth, 'uniform', [near, far], 1)
    const added = Array.from(rows[1])
      .slice(1)
      .map((value) => value - 0.1)
    expect(Math.min(...added)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...added)).toBeLessThanOrEqual(0.1)
    expect(added.reduce((sum, value) => sum + value, 0) / 999).toBeCloseTo(0.05, 2)
    expect(rows[1][0]).toBeNaN()
  })

  test('uniform on metres adds to 1/m: with the nearest at 2 m, 4 m becomes 1/(0.25 + U(0, 0.1)) m', () => {
    const { rows } = plant({ kind: 'depth', unit: 'metre' }, 'uniform', [Float32Array.of(2), Float32Array.of(4)], 1)
    expect(rows[1][0]).toBeLessThanOrEqual(4)
    expect(rows[1][0]).toBeGreaterThanOrEqual(1 / 0.35)
  })

  test('identity takes no planted noise', () => {
    expect(() => plant({ kind: 'identity' }, 'uniform', [Int32Array.of(1, 2)], 1)).toThrow(
      expect.objectContaining({ code: 'noise-kind-unknown' }),
    )
  })
})

test('the noise of a label does not depend on which others are there', () => {
  const random = new Random(5)
  const rows = Array.from({ length: 10 }, () =>
    person.map((value, entry) => (entry % 3 === 2 ? value : value + random.uniform())),
  )
  const all = plant(joints, 'derange', rows, 1)
  const one = plantNoise({
    schema: joints,
    kind: 'derange',
    row: (index) => rows[index],
    present: [7],
    fraction: 1,
    seed: 1,
    ...frame,
  })
  expect(one.rows[0]).toEqual(all.rows[7])
})

describe('exchanged identities', () => {
  // Persons 0 … 4 by cameras 0 … 3, and a detection of nobody.
  const rows = [...Array.from({ length: 20 }, (_, at) => Int32Array.of(at % 5, at % 4)), Int32Array.of(-1, 2)]

  test('name somebody else who is in the set, by the same camera; nobody stays nobody', () => {
    const { corrupted, rows: wrong, components } = plant({ kind: 'identity' }, 'derange', rows, 0.5)
    expect(corrupted.length).toBe(11)
    expect(corrupted).not.toContain(20)
    wrong.forEach((row, at) => {
      const before = rows[corrupted[at]]
      expect(row[0]).not.toBe(before[0])
      expect([0, 1, 2, 3, 4]).toContain(row[0])
      expect(row[1]).toBe(before[1])
      expect([...components[at]]).toEqual([0])
    })
  })

  test('are refused where all labels name one person', () => {
    const same = rows.map(() => Int32Array.of(3, 0))
    expect(() => plant({ kind: 'identity' }, 'derange', same, 0.5)).toThrow('only 0 can be')
  })
})
