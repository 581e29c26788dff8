import { describe, expect, it } from 'vitest'
import { describeSlim, slimBlocks } from './slimBlocks.ts'

const structure = { kind: 'slim' as const, encoder: [16, 64], decoders: { parts: 32, look: 128 } }
const configuration = { kind: 'slim' as const, encoder: 0.5, decoders: { parts: 1, look: 0.25 } }
const tasks = ['parts', 'look']

describe('the drawing of a network of some widths', () => {
  it('has blocks in proportion to their channels, filled as far as they are used', () => {
    const { blocks, links, height, width } = slimBlocks(structure, configuration, tasks, 400)
    const [first, last, parts, look] = blocks
    expect(blocks.map(({ channels, used }) => [channels, used])).toEqual([
      [16, 8],
      [64, 32],
      [32, 32],
      [128, 32],
    ])
    expect(last.height / first.height).toBe(4)
    expect(last.usedHeight / last.height).toBe(0.5)
    expect(look.width / parts.width).toBe(4)
    // Of the same channels: as long.
    expect(look.usedWidth).toBe(parts.usedWidth)
    expect(links.map(({ task }) => task)).toEqual(tasks)
    for (const block of blocks) {
      expect(block.x + block.width).toBeLessThanOrEqual(width)
      expect(block.y + block.height).toBeLessThanOrEqual(height)
      expect(block.y).toBeGreaterThan(0)
    }
  })

  it('makes room for many tasks, none over another', () => {
    const many = Array.from({ length: 8 }, (_, at) => `task ${at}`)
    const decoders = Object.fromEntries(many.map((task) => [task, 32]))
    const { blocks, height } = slimBlocks({ ...structure, decoders }, { ...configuration, decoders: {} }, many, 300)
    const rows = blocks.filter(({ at }) => at !== null)
    rows.slice(1).forEach((row, at) => expect(row.y - rows[at].y).toBeGreaterThan(rows[at].height + 15))
    for (const row of rows) expect(row.y + row.height).toBeLessThan(height)
  })

  it('is told in a sentence', () => {
    expect(describeSlim(structure, configuration, tasks)).toBe(
      'Encoder at 50% of its width: 8, 32 channels. Decoders: parts 100%, 32 channels; look 25%, 32 channels.',
    )
  })
})
