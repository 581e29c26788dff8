import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Runs an exported model by nothing but its files: a reader of safetensors and the operations as `meanings` of `model.json` tell
 * them, in plain loops. For tests, and for people who write such a program in another language; slow.
 */

interface Values {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

interface Operation {
  readonly op: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly shape: readonly number[]
  readonly attributes: Readonly<Record<string, unknown>>
}

interface Description {
  readonly weights: string
  readonly inputs: Readonly<Record<string, { readonly shape: readonly number[] }>>
  readonly operations: readonly Operation[]
  readonly outputs: Readonly<Record<string, { readonly tensor: string }>>
}

/** @param images [batch, height, width, 3], 0 … 255 @returns by task, row-major */
export function runDescription(folder: string, images: Float32Array): Record<string, Float32Array> {
  const description = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Description
  const tensors = readTensors(join(folder, description.weights))
  tensors.set('images', { shape: description.inputs['images'].shape, values: images })
  const of = (name: string): Values => {
    const found = tensors.get(name)
    if (found === undefined) throw new Error(`${name} is not there`)
    return found
  }
  for (const operation of description.operations) {
    const inputs = operation.inputs.map(of)
    tensors.set(operation.output, { shape: operation.shape, values: compute(operation, inputs) })
  }
  return Object.fromEntries(Object.entries(description.outputs).map(([task, { tensor }]) => [task, of(tensor).values]))
}

function readTensors(file: string): Map<string, Values> {
  const bytes = readFileSync(file)
  const length = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString('utf8')) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__')
  return new Map(
    entries.map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        if (dtype !== 'F32') throw new Error(`${name} is ${dtype}`)
        const own = bytes.buffer.slice(bytes.byteOffset + 8 + length + from, bytes.byteOffset + 8 + length + to)
        return [name, { shape, values: new Float32Array(own) }]
      },
    ),
  )
}

const unary: Readonly<Record<string, (x: number) => number>> = {
  Relu: (x) => Math.max(0, x),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Square: (x) => x * x,
  Sqrt: Math.sqrt,
  Rsqrt: (x) => 1 / Math.sqrt(x),
  Neg: (x) => -x,
  Exp: Math.exp,
  Identity: (x) => x,
  Cast: (x) => x,
  Reshape: (x) => x,
  ExpandDims: (x) => x,
}
const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  RealDiv: (a, b) => a / b,
  Maximum: Math.max,
  Minimum: Math.min,
}

function compute({ op, shape, attributes }: Operation, inputs: readonly Values[]): Float32Array {
  const [a, b] = inputs
  if (op in unary) return a.values.map(unary[op])
  if (op in binary)
    return everyPlace(shape, (place) => binary[op](a.values[broadcast(a, place)], b.values[broadcast(b, place)]))
  switch (op) {
    case 'AddN':
      return everyPlace(shape, (_, at) => inputs.reduce((sum, { values }) => sum + values[at], 0))
    case 'Sum':
    case 'Mean':
      return reduced(a, shape, attributes, op === 'Mean')
    case 'Softmax':
      return softmax(a)
    case 'ArgMax':
      return argMax(a, shape, attributes['axis'] as number)
    case 'Transpose':
      return transposed(a, shape, attributes['perm'] as number[])
    case 'Slice':
      return everyPlace(
        shape,
        (place) =>
          a.values[
            at(
              a.shape,
              place.map((p, i) => p + (attributes['begin'] as number[])[i]),
            )
          ],
      )
    case 'PadV2':
      return padded(a, shape, attributes)
    case 'Concat':
      return joined(inputs, shape, attributes['axis'] as number)
    case 'BatchMatMul':
      return product(a, b, shape, attributes)
    case 'Conv2D':
      return convolved(a, b, shape, attributes)
    case 'MaxPool':
      return pooled(a, shape, attributes)
    case 'ResizeBilinear':
      return resized(a, shape)
    default:
      throw new Error(`${op} is not known`)
  }
}

type Attributes = Operation['attributes']

/** Row-major place of indices. */
function at(shape: readonly number[], place: readonly number[]): number {
  return place.reduce((sum, index, axis) => sum * shape[axis] + index, 0)
}

function everyPlace(shape: readonly number[], value: (place: number[], index: number) => number): Float32Array {
  const found = new Float32Array(shape.reduce((all, length) => all * length, 1))
  const place = shape.map(() => 0)
  for (let index = 0; index < found.length; index++) {
    found[index] = value(place, index)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] += 1
      if (place[axis] < shape[axis]) break
      place[axis] = 0
    }
  }
  return found
}

function broadcast({ shape }: Values, place: readonly number[]): number {
  const missing = place.length - shape.length
  return shape.reduce((sum, length, axis) => sum * length + (length === 1 ? 0 : place[axis + missing]), 0)
}

function reduced(x: Values, shape: readonly number[], { axis, keepDims }: Attributes, mean: boolean): Float32Array {
  const axes = [axis as number | number[]].flat().map((each) => (each < 0 ? each + x.shape.length : each))
  const found = new Float64Array(shape.reduce((all, length) => all * length, 1))
  everyPlace(x.shape, (place, index) => {
    const kept = place.flatMap((p, i) => (axes.includes(i) ? (keepDims === true ? [0] : []) : [p]))
    found[at(shape, kept)] += x.values[index]
    return 0
  })
  const count = mean ? axes.reduce((all, each) => all * x.shape[each], 1) : 1
  return Float32Array.from(found, (sum) => sum / count)
}

function softmax({ shape, values }: Values): Float32Array {
  const found = new Float32Array(values.length)
  const length = shape[shape.length - 1]
  for (let start = 0; start < values.length; start += length) {
    const row = values.subarray(start, start + length)
    const largest = Math.max(...row)
    const powers = [...row].map((value) => Math.exp(value - largest))
    const sum = powers.reduce((total, power) => total + power, 0)
    found.set(
      powers.map((power) => power / sum),
      start,
    )
  }
  return found
}

function argMax(x: Values, shape: readonly number[], axis: number): Float32Array {
  const valueAt = (place: readonly number[], index: number): number =>
    x.values[at(x.shape, [...place.slice(0, axis), index, ...place.slice(axis)])]
  return everyPlace(shape, (place) => {
    let best = 0
    for (let index = 1; index < x.shape[axis]; index++) if (valueAt(place, index) > valueAt(place, best)) best = index
    return best
  })
}

function transposed(x: Values, shape: readonly number[], order: readonly number[]): Float32Array {
  return everyPlace(shape, (place) => {
    const from = x.shape.map(() => 0)
    order.forEach((axis, index) => (from[axis] = place[index]))
    return x.values[at(x.shape, from)]
  })
}

function padded(x: Values, shape: readonly number[], { paddings, constantValue }: Attributes): Float32Array {
  const before = (paddings as [number, number][]).map(([first]) => first)
  return everyPlace(shape, (place) => {
    const from = place.map((p, axis) => p - before[axis])
    const inside = from.every((p, axis) => p >= 0 && p < x.shape[axis])
    return inside ? x.values[at(x.shape, from)] : (constantValue as number)
  })
}

function joined(inputs: readonly Values[], shape: readonly number[], axis: number): Float32Array {
  return everyPlace(shape, (place) => {
    let index = place[axis]
    for (const input of inputs) {
      if (index < input.shape[axis]) return input.values[at(input.shape, place.with(axis, index))]
      index -= input.shape[axis]
    }
    throw new RangeError('a place beyond all parts')
  })
}

function product(a: Values, b: Values, shape: readonly number[], { transposeA, transposeB }: Attributes): Float32Array {
  const rank = shape.length
  const inner = a.shape[a.shape.length - (transposeA === true ? 2 : 1)]
  const entry = (x: Values, first: readonly number[], row: number, column: number): number =>
    x.values[broadcast(x, [...first, row, column])]
  return everyPlace(shape, (place) => {
    const [first, row, column] = [place.slice(0, rank - 2), place[rank - 2], place[rank - 1]]
    let sum = 0
    for (let k = 0; k < inner; k++) {
      const left = transposeA === true ? entry(a, first, k, row) : entry(a, first, row, k)
      sum += left * (transposeB === true ? entry(b, first, column, k) : entry(b, first, k, column))
    }
    return sum
  })
}

/** Where the window of an output place begins, with `same` padding. */
function starts(size: number, places: number, window: number, stride: number): (place: number) => number {
  const before = Math.floor(Math.max(0, (places - 1) * stride + window - size) / 2)
  return (place) => place * stride - before
}

function pair(value: unknown): [number, number] {
  return Array.isArray(value) ? (value as [number, number]) : [value as number, value as number]
}

function convolved(x: Values, filter: Values, shape: readonly number[], { strides }: Attributes): Float32Array {
  const [, height, width, channels] = x.shape
  const [rows, columns, , outputs] = filter.shape
  const [down, right] = pair(strides)
  const [top, left] = [starts(height, shape[1], rows, down), starts(width, shape[2], columns, right)]
  return everyPlace(shape, ([image, row, column, output]) => {
    let sum = 0
    for (let r = 0; r < rows; r++) {
      const y = top(row) + r
      if (y < 0 || y >= height) continue
      for (let c = 0; c < columns; c++) {
        const across = left(column) + c
        if (across < 0 || across >= width) continue
        const from = ((image * height + y) * width + across) * channels
        const weights = (r * columns + c) * channels * outputs + output
        for (let k = 0; k < channels; k++) sum += x.values[from + k] * filter.values[weights + k * outputs]
      }
    }
    return sum
  })
}

function pooled(x: Values, shape: readonly number[], { filterSize, strides }: Attributes): Float32Array {
  const [, height, width] = x.shape
  const [[rows, columns], [down, right]] = [pair(filterSize), pair(strides)]
  const [top, left] = [starts(height, shape[1], rows, down), starts(width, shape[2], columns, right)]
  return everyPlace(shape, ([image, row, column, channel]) => {
    let largest = -Infinity
    for (let y = Math.max(0, top(row)); y < Math.min(height, top(row) + rows); y++) {
      for (let c = Math.max(0, left(column)); c < Math.min(width, left(column) + columns); c++) {
        largest = Math.max(largest, x.values[at(x.shape, [image, y, c, channel])])
      }
    }
    return largest
  })
}

function resized(x: Values, shape: readonly number[]): Float32Array {
  const axis = (place: number, from: number, to: number): { low: number; high: number; share: number } => {
    const centre = Math.max(0, ((place + 0.5) * from) / to - 0.5)
    const low = Math.min(from - 1, Math.floor(centre))
    return { low, high: Math.min(from - 1, low + 1), share: centre - low }
  }
  return everyPlace(shape, ([image, row, column, channel]) => {
    const [y, c] = [axis(row, x.shape[1], shape[1]), axis(column, x.shape[2], shape[2])]
    const value = (r: number, k: number): number => x.values[at(x.shape, [image, r, k, channel])]
    const upper = value(y.low, c.low) * (1 - c.share) + value(y.low, c.high) * c.share
    const lower = value(y.high, c.low) * (1 - c.share) + value(y.high, c.high) * c.share
    return upper * (1 - y.share) + lower * y.share
  })
}
