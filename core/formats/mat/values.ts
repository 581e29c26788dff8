import { MendError } from '../../dataset/mendError.ts'

export const numericClasses = [
  'double',
  'single',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
] as const
export type NumericClass = (typeof numericClasses)[number]

export type MatData =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

/** `dims` has at least two entries; the first index runs fastest (column-major). */
interface MatArray {
  readonly dims: readonly number[]
}

export interface MatNumeric extends MatArray {
  readonly type: 'numeric'
  readonly className: NumericClass
  readonly logical: boolean
  /** In the type that the file stores, which may be smaller than the class: MATLAB writes doubles 0 … 255 as bytes. */
  readonly data: MatData
  readonly imaginary: MatData | null
}

export interface MatChar extends MatArray {
  readonly type: 'char'
  /** One string a row. */
  readonly rows: readonly string[]
}

export interface MatCell extends MatArray {
  readonly type: 'cell'
  readonly cells: readonly MatValue[]
}

export interface MatStruct extends MatArray {
  readonly type: 'struct'
  /** Field → its value in each element of the array. */
  readonly fields: ReadonlyMap<string, readonly MatValue[]>
}

/** Objects, function handles and sparse matrices: there, but not read. */
export interface MatUnsupported extends MatArray {
  readonly type: 'unsupported'
  readonly className: string
}

export type MatValue = MatNumeric | MatChar | MatCell | MatStruct | MatUnsupported

/**
 * The number at 0-based `indices`, one a dimension; missing trailing indices are 0.
 * @throws RangeError outside the array, TypeError where the value is not numeric.
 */
export function matNumber(value: MatValue, ...indices: readonly number[]): number {
  if (value.type !== 'numeric') throw new TypeError(`a number was asked of a ${value.type}`)
  let at = 0
  let stride = 1
  for (let d = 0; d < Math.max(indices.length, value.dims.length); d++) {
    const index = indices[d] ?? 0
    const size = value.dims[d] ?? 1
    if (!Number.isInteger(index) || index < 0 || index >= size) {
      throw new RangeError(`index ${indices.join(', ')} of ${value.dims.join('×')}`)
    }
    at += index * stride
    stride *= size
  }
  return Number(value.data[at])
}

function unexpected(file: string, what: string, wanted: string, value: MatValue | undefined): MendError {
  const found = value === undefined ? 'nothing' : `${value.type} ${value.dims.join('×')}`
  return new MendError(
    'mat-unexpected',
    `${file}: ${what} should be ${wanted}, found ${found}`,
    'Check that this file belongs to the dataset and is complete.',
  )
}

/** `value` as numeric. @throws MendError `mat-unexpected` naming `file` and `what`. */
export function matNumeric(value: MatValue | undefined, file: string, what: string): MatNumeric {
  if (value?.type !== 'numeric') throw unexpected(file, what, 'numeric', value)
  return value
}

/** `value` as one line of text. @throws MendError `mat-unexpected` naming `file` and `what`. */
export function matText(value: MatValue | undefined, file: string, what: string): string {
  if (value?.type !== 'char' || value.rows.length > 1) throw unexpected(file, what, 'one line of text', value)
  return value.rows[0] ?? ''
}

/** `value` as a cell array. @throws MendError `mat-unexpected` naming `file` and `what`. */
export function matCell(value: MatValue | undefined, file: string, what: string): MatCell {
  if (value?.type !== 'cell') throw unexpected(file, what, 'a cell array', value)
  return value
}

/** `value` as a struct array. @throws MendError `mat-unexpected` naming `file` and `what`. */
export function matStruct(value: MatValue | undefined, file: string, what: string): MatStruct {
  if (value?.type !== 'struct') throw unexpected(file, what, 'a struct', value)
  return value
}
