import { expect, test } from 'vitest'
import { rawNormals } from '../dataset/normals.ts'
import { drawnValueOf, taskViewOf } from './drawnLabels.ts'

test('directions are drawn in the colours of the field, what is invalid in none, sampled down to the cells asked for', () => {
  // Facing the camera, up, right, unknown: lilac, green, red.
  const row = [0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0]
  const window = { left: 3, top: 4, width: 4, height: 2 }
  const value = { kind: 'normals', ...window, data: rawNormals([...row, ...row]) } as const
  const colours = (side?: number): number[] => {
    const drawn = drawnValueOf(value, side)
    if (drawn.kind !== 'normals') throw new Error('normals are drawn as normals')
    expect(drawn).toMatchObject(window)
    return [...Buffer.from(drawn.colours, 'base64')]
  }
  const line = [128, 128, 255, 128, 255, 128, 255, 128, 128, 0, 0, 0]
  expect(colours()).toEqual([...line, ...line])
  // Two by one cells, whose centres lie in the second and fourth column.
  expect(colours(2)).toEqual([128, 255, 128, 0, 0, 0])
  expect(taskViewOf('surface', { kind: 'normals' })).toEqual({ name: 'surface', schema: { kind: 'normals' } })
})
