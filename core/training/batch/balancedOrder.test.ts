import { describe, expect, it } from 'vitest'
import { Random } from '../../synthetic/random.ts'
import { balancedOrder, picturesTogether, type Pictured } from './balancedOrder.ts'

/** `identities` people with `pictures` pictures each by cameras in turn, then `nobody` pictures of nobody known. */
function cast(identities: number, pictures: number, cameras: number, nobody = 0): Pictured[] {
  const known = Array.from({ length: identities * pictures }, (_, at) => ({
    person: at,
    identity: Math.floor(at / pictures),
    camera: at % cameras,
  }))
  const unknown = Array.from({ length: nobody }, (_, at) => ({ person: known.length + at, identity: -1, camera: -1 }))
  return [...known, ...unknown]
}

function batches(order: Int32Array, size: number): number[][] {
  return Array.from({ length: Math.ceil(order.length / size) }, (_, at) => [
    ...order.subarray(at * size, (at + 1) * size),
  ])
}

describe('a balanced order', () => {
  it('fills batches with P identities of 4 pictures, each four from 4 cameras', () => {
    const people = cast(24, 8, 4)
    for (const batch of batches(balancedOrder(people, 32, new Random(1, 'order', 0)), 32)) {
      const shown = new Map<number, Set<number>>()
      for (const at of batch) {
        const { identity, camera } = people[at]
        shown.set(identity, (shown.get(identity) ?? new Set()).add(camera))
      }
      // Both fours of one person may meet in a batch: fewer identities, never thinner ones.
      expect(shown.size).toBeLessThanOrEqual(8)
      for (const cameras of shown.values()) expect(cameras.size).toBe(4)
    }
  })

  it('lets at least eight people meet, in small batches with fewer pictures of each', () => {
    expect([4, 8, 16, 24, 32, 256].map(picturesTogether)).toEqual([1, 1, 2, 3, 4, 4])
  })

  it('visits everybody exactly once, whatever the set', () => {
    for (let round = 0; round < 60; round++) {
      const random = new Random(round, 'sets')
      const people = Array.from({ length: 1 + random.integer(200) }, (_, person) => ({
        person: person * 3,
        identity: random.integer(30) - 3,
        camera: random.integer(5) - 1,
      }))
      const order = balancedOrder(people, 1 + random.integer(20), random)
      expect([...order].sort((a, b) => a - b)).toEqual(people.map(({ person }) => person))
    }
  })

  it('keeps the pictures of a group in one batch while there is something else to fill it with', () => {
    const people = cast(40, 6, 3, 60)
    const order = balancedOrder(people, 32, new Random(3, 'order', 2))
    const together = batches(order, 32).map((batch) => {
      const counts = new Map<number, number>()
      for (const at of batch)
        if (people[at].identity >= 0) counts.set(people[at].identity, (counts.get(people[at].identity) ?? 0) + 1)
      return [...counts.values()]
    })
    // Six pictures make a four and a two; singles fill the gaps, so nearly no group is cut: 1 and 3 would be pieces.
    const pieces = together.flat().filter((count) => count % 2 === 1).length
    expect(pieces).toBeLessThanOrEqual(4)
    expect(together.flat().filter((count) => count >= picturesTogether(32)).length).toBeGreaterThanOrEqual(36)
  })

  it('is the same for the same seed and epoch, and another for another', () => {
    const people = cast(20, 4, 4)
    const order = (epoch: number): number[] => [...balancedOrder(people, 16, new Random(7, 'order', epoch))]
    expect(order(1)).toEqual(order(1))
    expect(order(1)).not.toEqual(order(2))
  })

  it('takes a person with hundreds of pictures in fours among the others', () => {
    const people = [
      ...cast(1, 200, 4),
      ...cast(100, 4, 4).map((one) => ({ ...one, person: one.person + 200, identity: one.identity + 1 })),
    ]
    const most = batches(balancedOrder(people, 32, new Random(5, 'order', 0)), 32).map(
      (batch) => batch.filter((person) => person < 200).length,
    )
    // A third of all pictures: a batch of nobody else is the rare exception.
    expect(most.filter((count) => count === 32).length).toBeLessThan(most.length / 8)
  })
})
