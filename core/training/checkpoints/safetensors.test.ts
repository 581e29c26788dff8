import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readSafetensors, writeSafetensors } from './safetensors.ts'
import type { StoredArray } from './safetensors.ts'

let folder = ''
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'mend-safetensors-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('arrays of every type come back bit for bit, with names and metadata', () => {
  const file = join(folder, 'all.safetensors')
  const tensors = new Map<string, StoredArray>([
    ['bytes', Uint8Array.of(1, 2, 255)],
    ['floats', Float32Array.of(0.1, NaN, -Infinity)],
    ['doubles', Float64Array.of(Math.PI)],
    ['integers', Int32Array.of(-(2 ** 31), 7)],
    ['empty', new Float32Array(0)],
  ])
  writeSafetensors(file, { metadata: { epoch: '3' }, tensors })
  const read = readSafetensors(file)
  expect(read.metadata).toEqual({ epoch: '3' })
  expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()))
})

it('the bytes are those of the format: a length, a JSON header, the arrays', () => {
  const file = join(folder, 'one.safetensors')
  writeSafetensors(file, { metadata: {}, tensors: new Map([['x', Float32Array.of(1)]]) })
  const bytes = readFileSync(file)
  const length = Number(bytes.readBigUInt64LE(0))
  expect(length % 8).toBe(0)
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<string, unknown>
  expect(header['x']).toEqual({ dtype: 'F32', shape: [1], data_offsets: [0, 4] })
  expect(bytes.readFloatLE(8 + length)).toBe(1)
})

it.each([
  ['is cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 2)],
  [
    'claims a huge header',
    (bytes: Buffer) => Buffer.concat([Buffer.from('ffffffffffffff00', 'hex'), bytes.subarray(8)]),
  ],
  [
    'has a header that is not JSON',
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 8), Buffer.from('x'), bytes.subarray(9)]),
  ],
])('a file that %s is refused by name', (_, damage) => {
  const file = join(folder, 'damaged.safetensors')
  writeSafetensors(file, { metadata: {}, tensors: new Map([['x', Float32Array.of(1, 2)]]) })
  writeFileSync(file, damage(readFileSync(file)))
  expect(() => readSafetensors(file)).toThrow(/damaged\.safetensors/)
})
