/** MAT v5 files, little-endian and uncompressed, byte by byte, for the tests of those who read them. */

/** MATLAB's codes of classes (`array`) and of stored types (`element`). */
const matClass = { cell: 1, char: 4, double: 6 } as const
const matType = { int8: 1, uint8: 2, int32: 5, uint32: 6, double: 9, matrix: 14, utf8: 16 } as const

/** A tagged run of bytes, padded to eight. */
function element(type: number, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(type, 0)
  head.writeUInt32LE(data.length, 4)
  return Buffer.concat([head, data, Buffer.alloc((8 - (data.length % 8)) % 8)])
}

function array(code: number, dims: readonly number[], name: string, ...content: readonly Buffer[]): Buffer {
  const flags = element(matType.uint32, Buffer.from(Uint32Array.of(code, 0).buffer))
  const size = element(matType.int32, Buffer.from(Int32Array.from(dims).buffer))
  return element(matType.matrix, Buffer.concat([flags, size, element(matType.int8, Buffer.from(name)), ...content]))
}

/** A file of such arrays. */
function mat(...arrays: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(128, ' ')
  header.writeUInt16LE(0x0100, 124)
  header.write('IM', 126, 'latin1')
  return Buffer.concat([header, ...arrays])
}

/** A file of one array of doubles that are stored as bytes, as MATLAB does with 0 … 255. */
export function byteNumbers(name: string, dims: readonly number[], values: readonly number[]): Buffer {
  return mat(array(matClass.double, dims, name, element(matType.uint8, Uint8Array.from(values))))
}

/** A file of one array of doubles. */
export function doubles(name: string, dims: readonly number[], values: readonly number[]): Buffer {
  return mat(array(matClass.double, dims, name, element(matType.double, Buffer.from(Float64Array.from(values).buffer))))
}

/** A file of one cell array of texts, 1×N. */
export function texts(name: string, values: readonly string[]): Buffer {
  const cells = values.map((text) =>
    array(matClass.char, [1, text.length], '', element(matType.utf8, Buffer.from(text))),
  )
  return mat(array(matClass.cell, [1, values.length], name, ...cells))
}
