import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BkTree } from './bkTree.ts'
import { differenceHash, hammingDistance } from './differenceHash.ts'

describe('the difference hash', () => {
  it('has a bit for each pair of neighbours, the top-left pair highest', () => {
    const grey = new Uint8Array(72).fill(9)
    expect(differenceHash(grey)).toBe(0n)
    grey[1] = 10
    // Pair (0,1) rises; pair (1,2) falls.
    expect(differenceHash(grey)).toBe(1n << 63n)
    grey[71] = 200
    expect(differenceHash(grey)).toBe((1n << 63n) | 1n)
  })

  it('is compared by the number of different bits', () => {
    expect(hammingDistance(0n, 0xffff_ffff_ffff_ffffn)).toBe(64)
    expect(hammingDistance(0x8000_0000_0000_0001n, 0x1n)).toBe(1)
    expect(hammingDistance(-1n, 0n)).toBe(64)
  })
})

describe('the BK-tree', () => {
  it('finds exactly what a comparison with everything finds', () => {
    // Hashes within a few bits of a few centres, as near-duplicates are.
    const hash = fc
      .tuple(
        fc.constantFrom(0n, 0xff00_ff00_ff00_ff00n, 0x1234_5678_9abc_def0n),
        fc.array(fc.nat(63), { maxLength: 6 }),
      )
      .map(([centre, bits]) => bits.reduce<bigint>((h, bit) => h ^ (1n << BigInt(bit)), centre))
    fc.assert(
      fc.property(fc.array(hash, { maxLength: 60 }), hash, fc.nat(20), (hashes, query, radius) => {
        const tree = new BkTree<number>()
        hashes.forEach((h, i) => tree.add(h, i))
        expect(tree.size).toBe(hashes.length)
        const found = tree.within(query, radius)
        expect(found.map(({ item }) => item).sort((a, b) => a - b)).toEqual(
          hashes.flatMap((h, i) => (hammingDistance(h, query) <= radius ? [i] : [])),
        )
        for (const { item, distance } of found) expect(distance).toBe(hammingDistance(hashes[item], query))
      }),
    )
  })
})
