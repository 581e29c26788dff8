import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeMat, readMat } from './readMat.ts'
import { matCell, matNumber, matNumeric, matStruct, matText, type MatValue } from './values.ts'

const fixtures = path.join(import.meta.dirname, '../../../test/fixtures/mat')
const joints = path.join(import.meta.dirname, '../../../../shared/data/lspet/joints.mat')

const throwing = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error
  }
  return null
}

const numbers = (value: MatValue | undefined): number[] => Array.from(matNumeric(value, 'test', 'value').data, Number)

/** Bytes of handmade files, in either byte order. */
class Maker {
  readonly littleEndian: boolean

  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian
  }

  words(...values: number[]): Buffer {
    const out = Buffer.alloc(4 * values.length)
    values.forEach((v, i) => (this.littleEndian ? out.writeUInt32LE(v, 4 * i) : out.writeUInt32BE(v, 4 * i)))
    return out
  }

  element(type: number, data: Uint8Array): Buffer {
    const padding = Buffer.alloc(type === 15 ? 0 : (8 - (data.length % 8)) % 8)
    return Buffer.concat([this.words(type, data.length), data, padding])
  }

  matrix(code: number, dims: readonly number[], name: string, ...content: readonly Buffer[]): Buffer {
    const parts = [this.element(6, this.words(code, 0)), this.element(5, this.words(...dims))]
    return this.element(14, Buffer.concat([...parts, this.element(1, Buffer.from(name)), ...content]))
  }

  file(...elements: readonly Buffer[]): Buffer {
    const header = Buffer.alloc(128, ' ')
    if (this.littleEndian) header.writeUInt16LE(0x0100, 124)
    else header.writeUInt16BE(0x0100, 124)
    header.write(this.littleEndian ? 'IM' : 'MI', 126, 'latin1')
    return Buffer.concat([header, ...elements])
  }
}

const little = new Maker(true)
const bigEndian = new Maker(false)

describe.each(['plain.mat', 'compressed.mat'])('the MAT reader on what scipy wrote, %s', (name) => {
  const read = readMat(path.join(fixtures, name))

  it('puts every element of a 2×3×4 array where its indices say', async () => {
    const cube = matNumeric((await read).get('cube'), name, 'cube')
    expect(cube.dims).toEqual([2, 3, 4])
    for (let i = 0; i < 2; i++)
      for (let j = 0; j < 3; j++)
        for (let k = 0; k < 4; k++) expect(matNumber(cube, i, j, k)).toBe(100 * i + 10 * j + k)
    const hyper = matNumeric((await read).get('hyper'), name, 'hyper')
    // numpy's row-major arange: ((i·3 + j)·4 + k)·5 + l
    expect(matNumber(hyper, 1, 2, 3, 4)).toBe(119)
    expect(matNumber(hyper, 1, 0, 2, 3)).toBe(73)
    expect(() => matNumber(cube, 2, 0, 0)).toThrow(RangeError)
  })

  it('reads every numeric class', async () => {
    const mat = await read
    expect(numbers(mat.get('bytes'))).toEqual([0, 7, 255, 128])
    expect(numbers(mat.get('shorts'))).toEqual([-32768, 32767])
    expect(numbers(mat.get('big'))).toEqual([2 ** 53, -(2 ** 53)])
    expect(numbers(mat.get('single'))).toEqual([0.5, NaN, Infinity])
    expect(mat.get('flags')).toMatchObject({ logical: true, className: 'uint8', dims: [1, 3] })
    expect(numbers(mat.get('flags'))).toEqual([1, 0, 1])
    expect(mat.get('empty')).toMatchObject({ dims: [0, 3], className: 'double' })
    const complex = matNumeric(mat.get('complex'), name, 'complex')
    expect([...complex.data, ...(complex.imaginary ?? [])].map(Number)).toEqual([1, 3, 2, -4])
  })

  it('reads text, cells within cells and structs within structs', async () => {
    const mat = await read
    expect(matText(mat.get('text'), name, 'text')).toBe('héllo')
    expect(mat.get('lines')).toMatchObject({ rows: ['abc', 'de '] })
    const cells = matCell(mat.get('names'), name, 'names').cells
    expect(cells.slice(0, 2).map((cell) => matText(cell, name, 'cell'))).toEqual(['null', 't-shirt'])
    expect(numbers(cells[2])).toEqual([1, 2])
    expect(matText(matCell(cells[3], name, 'inner').cells[0], name, 'inner')).toBe('deep')
    const { fields } = matStruct(mat.get('people'), name, 'people')
    expect([...fields.keys()]).toEqual(['id', 'name', 'point'])
    expect(fields.get('name')?.map((value) => matText(value, name, 'name'))).toEqual(['Ada', 'Grace'])
    const point = matStruct(fields.get('point')?.[0], name, 'point').fields
    expect(numbers(point.get('y')?.[0])).toEqual([-2.5])
    expect(fields.get('point')?.[1]).toMatchObject({ dims: [0, 0] })
  })
})

describe('the MAT reader', () => {
  it.skipIf(!existsSync(joints))(
    'reads the published values of LSP-extended (skipped without ../shared/data)',
    async () => {
      const value = matNumeric((await readMat(joints)).get('joints'), joints, 'joints')
      expect(value.dims).toEqual([14, 3, 10000])
      expect([0, 1, 2].map((c) => matNumber(value, 1, c, 0).toFixed(1))).toEqual(['26.0', '86.4', '1.0'])
      expect([0, 1, 2].map((c) => matNumber(value, 0, c, 4).toFixed(1))).toEqual(['145.8', '95.5', '1.0'])
    },
  )

  it.each([
    ['little', little],
    ['big', bigEndian],
  ] as const)('reads doubles stored in a smaller type and small elements, %s-endian', (_, maker) => {
    const shorts = Buffer.alloc(8)
    ;[1, -2, 3, 300].forEach((v, i) =>
      maker.littleEndian ? shorts.writeInt16LE(v, 2 * i) : shorts.writeInt16BE(v, 2 * i),
    )
    // Small element: 2 bytes of data type 2 in one word, then the data.
    const small = Buffer.concat([maker.words((2 << 16) | 2), Buffer.from([5, 250, 0, 0])])
    const mat = decodeMat(
      maker.file(
        maker.matrix(6, [2, 2], 'a', maker.element(3, shorts)),
        maker.element(15, deflateSync(maker.matrix(6, [1, 2], 'b', small))),
      ),
    )
    expect(numbers(mat.get('a'))).toEqual([1, -2, 3, 300])
    expect(mat.get('a')).toMatchObject({ className: 'double', dims: [2, 2] })
    expect(numbers(mat.get('b'))).toEqual([5, 250])
  })

  it('returns any array that was written, at every index', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.infiniteStream(fc.double()), (dims, compress, stream) => {
        const values = Float64Array.from(stream.take(dims.reduce((a, b) => a * b, 1)))
        const plain = little.matrix(6, dims, 'x', little.element(9, Buffer.from(values.buffer)))
        const mat = decodeMat(little.file(compress ? little.element(15, deflateSync(plain)) : plain))
        expect(matNumeric(mat.get('x'), '', '').data).toEqual(values)
        const last = dims.map((size) => size - 1)
        expect(matNumber(matNumeric(mat.get('x'), '', ''), ...last)).toBe(values.at(-1))
      }),
      { numRuns: 50 },
    )
  })

  it('skips over objects and keeps the rest', () => {
    const mat = decodeMat(
      little.file(little.matrix(5, [2, 2], 'sparse'), little.matrix(9, [1, 1], 'n', little.element(2, Buffer.of(4)))),
    )
    expect(mat.get('sparse')).toMatchObject({ type: 'unsupported', className: 'sparse' })
    expect(numbers(mat.get('n'))).toEqual([4])
  })

  it('says what to do about version 7.3', () => {
    const hdf5 = little.file()
    hdf5.writeUInt16LE(0x0200, 124)
    expect(throwing(() => decodeMat(hdf5, { name: 'a.mat' }))).toMatchObject({ code: 'mat-version' })
  })
})

describe('the MAT reader on hostile files', () => {
  const nested = (levels: number): Buffer => {
    let inner = little.matrix(9, [1, 1], '', little.element(2, Buffer.of(1)))
    for (let i = 0; i < levels; i++) inner = little.matrix(1, [1, 1], '', inner)
    return little.file(inner)
  }
  const cases: readonly (readonly [string, Buffer])[] = [
    ['an empty file', Buffer.alloc(0)],
    ['text', Buffer.from('not a MAT file at all '.repeat(20))],
    [
      'a cell array of 10^6 × 10^6',
      little.file(little.matrix(1, [1e6, 1e6], 'x', little.element(2, Buffer.alloc(64)))),
    ],
    ['a double array of 10^9', little.file(little.matrix(6, [1e9, 1], 'x', little.element(9, Buffer.alloc(8))))],
    ['text of 10^9 characters', little.file(little.matrix(4, [1, 1e9], 'x', little.element(4, Buffer.alloc(8))))],
    ['negative dimensions', little.file(little.matrix(6, [2 ** 31 + 5, 1], 'x', little.element(9, Buffer.alloc(8))))],
    ['an element past the end of the file', little.file(little.words(14, 2 ** 31))],
    ['500 arrays in one another', nested(500)],
    ['a cell array that ends early', little.file(little.matrix(1, [1, 2], 'x', nested(0).subarray(128)))],
    ['a compressed element that is none', little.file(little.element(15, Buffer.alloc(100, 7)))],
    [
      'compression inside compression',
      little.file(little.element(15, deflateSync(little.element(15, deflateSync(Buffer.alloc(99)))))),
    ],
  ]
  it.each(cases)('refuses %s at once', (_, bytes) => {
    const started = performance.now()
    expect(throwing(() => decodeMat(bytes))).toMatchObject({ code: 'mat-corrupt' })
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('loops over nothing for a struct of 2^62 elements without fields', () => {
    const struct = little.matrix(
      2,
      [2 ** 31 - 1, 2 ** 31 - 1],
      's',
      little.element(5, little.words(8)),
      little.element(1, Buffer.alloc(0)),
    )
    expect(matStruct(decodeMat(little.file(struct)).get('s'), '', '').fields.size).toBe(0)
  })

  it('stops inflating at the limit', () => {
    const zeros = little.matrix(9, [1, 2 ** 24], 'x', little.element(2, Buffer.alloc(2 ** 24)))
    const bomb = little.file(little.element(15, deflateSync(zeros)))
    expect(bomb.length).toBeLessThan(20_000)
    expect(throwing(() => decodeMat(bomb, { maxBytes: 2 ** 20 }))).toMatchObject({ code: 'file-too-large' })
  })

  it('stops at the limit of arrays', () => {
    const cells = Array.from({ length: 2000 }, () => little.element(14, Buffer.alloc(0)))
    const file = little.file(little.matrix(1, [1, 2000], 'x', ...cells))
    expect(throwing(() => decodeMat(file, { maxValues: 1000 }))).toMatchObject({ code: 'mat-corrupt' })
    expect(matCell(decodeMat(file).get('x'), '', '').cells.length).toBe(2000)
  })

  it('answers any cut and any changed byte with a value or a MendError', async () => {
    for (const name of ['plain.mat', 'compressed.mat']) {
      const good = await readFile(path.join(fixtures, name))
      const check = (bytes: Buffer, what: string): void => {
        const error = throwing(() => decodeMat(bytes, { maxBytes: 2 ** 22 }))
        if (error !== null) expect(error, what).toMatchObject({ name: 'MendError' })
      }
      for (let length = 0; length < good.length; length += 13) check(good.subarray(0, length), `cut at ${length}`)
      for (let at = 128; at < good.length; at += 3) {
        const bad = Buffer.from(good)
        bad[at] ^= 0xff
        check(bad, `byte ${at}`)
      }
    }
  })
})
