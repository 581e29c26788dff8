import * as tf from '@tensorflow/tfjs'
import type { DataType, TensorInfo } from '@tensorflow/tfjs'

/**
 * A backend of tfjs that knows shapes only: a network computed on it declares its layers in milliseconds, whatever its size,
 * without an engine. Its tensors have no values.
 */
const name = 'shapes'

class ShapeBackend extends tf.KernelBackend {
  readonly #held = new Map<object, number>()

  override numDataIds(): number {
    return this.#held.size
  }

  /** While kernels are recorded, the values of tensors that are made from values. */
  recording: ShapeRecorder | null = null

  override write(values?: unknown, shape?: number[], dtype?: DataType): object {
    const id = {}
    this.#held.set(id, 1)
    if (this.recording && values && shape && dtype) {
      this.recording.constants.set(id, { values: Float32Array.from(values as ArrayLike<number>), shape, dtype })
    }
    return id
  }

  override move(id: object, _values: unknown, _shape: number[], _dtype: DataType, count: number): void {
    this.#held.set(id, count)
  }

  override refCount(id: object): number {
    return this.#held.get(id) ?? 0
  }

  override incRef(id: object): void {
    this.#held.set(id, this.refCount(id) + 1)
  }

  override disposeData(id: object, force = false): boolean {
    const left = this.refCount(id) - 1
    if (!force && left > 0) {
      this.#held.set(id, left)
      return false
    }
    this.#held.delete(id)
    return true
  }

  override floatPrecision(): 16 | 32 {
    return 32
  }

  override epsilon(): number {
    return 1e-7
  }

  override readSync(): never {
    throw new Error('a network that is declared has shapes and no values')
  }

  override dispose(): void {
    this.#held.clear()
  }

  make(shape: readonly number[], dtype: DataType): TensorInfo {
    return { dataId: this.write(), shape: [...shape], dtype }
  }
}

type Inputs = Readonly<Record<string, TensorInfo>>
type Attributes = Readonly<Record<string, unknown>>
type Shape = readonly number[]

const unary = ['Relu', 'Sigmoid', 'Square', 'Rsqrt', 'Sqrt', 'Neg', 'Exp', 'Log', 'Softmax', 'Softplus', 'Identity']
const binary = ['Add', 'Sub', 'Multiply', 'RealDiv', 'Minimum', 'Maximum']
const sums = ['Sum', 'Mean', 'Max']

const shapesOf: Readonly<Record<string, (inputs: Inputs, attributes: Attributes) => Shape>> = {
  ...Object.fromEntries(unary.map((kernel) => [kernel, (inputs: Inputs) => Object.values(inputs)[0].shape])),
  ...Object.fromEntries(binary.map((kernel) => [kernel, ({ a, b }: Inputs) => broadcast(a.shape, b.shape)])),
  ...Object.fromEntries(sums.map((kernel) => [kernel, reduced])),
  AddN: (inputs) => Object.values(inputs)[0].shape,
  Cast: ({ x }) => x.shape,
  Reshape: ({ x }, { shape }) => inferred(x.shape, shape as Shape),
  ExpandDims: ({ input }, { dim }) => withDimension(input.shape, dim as number),
  Fill: (_, { shape }) => shape as Shape,
  Transpose: ({ x }, { perm }) => (perm as Shape).map((axis) => x.shape[axis]),
  ArgMax: ({ x }, { axis }) => x.shape.filter((_, at) => at !== (axis as number)),
  OneHot: ({ indices }, { depth }) => [...indices.shape, depth as number],
  PadV2: ({ x }, { paddings }) =>
    x.shape.map((length, at) => {
      const [before, after] = (paddings as readonly (readonly [number, number])[])[at]
      return before + length + after
    }),
  Slice: ({ x }, { begin, size }) =>
    (size as Shape).map((length, at) => (length < 0 ? x.shape[at] - (begin as Shape)[at] : length)),
  Concat: (inputs, { axis }) => {
    const parts = Object.values(inputs)
    const along = axis as number
    return parts[0].shape.map((length, at) =>
      at === along ? parts.reduce((sum, { shape }) => sum + shape[along], 0) : length,
    )
  },
  BatchMatMul: ({ a, b }, { transposeA, transposeB }) => {
    const [rows, columns] = [a.shape.at(transposeA ? -1 : -2) ?? 0, b.shape.at(transposeB ? -2 : -1) ?? 0]
    return [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns]
  },
  Conv2D: ({ x, filter }, attributes) => strided(x.shape, attributes, filter.shape[3]),
  MaxPool: ({ x }, attributes) => strided(x.shape, attributes, x.shape[3]),
  ResizeBilinear: ({ images }, { size }) => [images.shape[0], ...(size as Shape), images.shape[3]],
  SpaceToBatchND: ({ x }, { blockShape, paddings }) => {
    const [rows, columns] = blockShape as Shape
    const [[top, bottom], [left, right]] = paddings as readonly (readonly [number, number])[]
    const [batch, height, width, channels] = x.shape
    return [batch * rows * columns, (height + top + bottom) / rows, (width + left + right) / columns, channels]
  },
  BatchToSpaceND: ({ x }, { blockShape, crops }) => {
    const [rows, columns] = blockShape as Shape
    const [[top, bottom], [left, right]] = crops as readonly (readonly [number, number])[]
    const [batch, height, width, channels] = x.shape
    return [batch / rows / columns, height * rows - top - bottom, width * columns - left - right, channels]
  },
}

function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length)
  const at = (shape: Shape, axis: number): number => shape[axis - rank + shape.length] ?? 1
  return Array.from({ length: rank }, (_, axis) => Math.max(at(a, axis), at(b, axis)))
}

function reduced({ x }: Inputs, { axis, reductionIndices, keepDims }: Attributes): Shape {
  const asked = (axis ?? reductionIndices ?? null) as number | Shape | null
  const every = x.shape.map((_, at) => at)
  const axes = new Set((asked === null ? every : [asked].flat()).map((at) => (at < 0 ? at + x.shape.length : at)))
  if (keepDims === true) return x.shape.map((length, at) => (axes.has(at) ? 1 : length))
  return x.shape.filter((_, at) => !axes.has(at))
}

function inferred(from: Shape, shape: Shape): Shape {
  const known = shape.reduce((product, length) => (length < 0 ? product : product * length), 1)
  const all = from.reduce((product, length) => product * length, 1)
  return shape.map((length) => (length < 0 ? all / known : length))
}

function withDimension(shape: Shape, dimension: number): Shape {
  const at = dimension < 0 ? dimension + shape.length + 1 : dimension
  return [...shape.slice(0, at), 1, ...shape.slice(at)]
}

/** Of an operation with `same` padding. */
function strided(x: Shape, { strides, pad }: Attributes, channels: number): Shape {
  if (pad !== 'same') throw new Error(`shapes are known for same padding only, not for ${String(pad)}`)
  const [down, right] = [strides, strides].flat() as Shape
  return [x[0], Math.ceil(x[1] / down), Math.ceil(x[2] / (Array.isArray(strides) ? right : down)), channels]
}

/** A kernel of tfjs as it was called; tensors are the same where their `dataId` is. */
export interface ShapedKernel {
  readonly kernel: string
  readonly inputs: readonly TensorInfo[]
  readonly attributes: Attributes
  readonly output: TensorInfo
}

interface ShapeRecorder {
  readonly kernels: ShapedKernel[]
  /** Tensors made from values, by `dataId`. */
  readonly constants: Map<
    object,
    { readonly values: Float32Array; readonly shape: readonly number[]; readonly dtype: DataType }
  >
}

let registered = false

function register(): void {
  if (!tf.engine().registryFactory[name]) tf.registerBackend(name, () => new ShapeBackend())
  if (registered) return
  registered = true
  for (const [kernelName, shapeOf] of Object.entries(shapesOf)) {
    tf.registerKernel({
      kernelName,
      backendName: name,
      kernelFunc: ({ inputs, backend, attrs }) => {
        const [given, attributes] = [inputs as unknown as Inputs, (attrs ?? {}) as Attributes]
        const own = backend as ShapeBackend
        const made = own.make(shapeOf(given, attributes), kernelName === 'ArgMax' ? 'int32' : 'float32')
        own.recording?.kernels.push({ kernel: kernelName, inputs: Object.values(given), attributes, output: made })
        return made
      },
    })
  }
}

/** Runs `body` on shapes alone; tfjs's backend is the former one again afterwards. */
export function withShapes<Result>(body: () => Result): Result {
  register()
  const former = tf.getBackend()
  tf.setBackend(name)
  try {
    return body()
  } finally {
    if (former) tf.setBackend(former)
    // None had been chosen yet: tfjs is to choose as if nothing had happened.
    else tf.removeBackend(name)
  }
}

/** Runs `body` on shapes alone, and writes down every kernel that it calls, in order, and every tensor that it makes from values. */
export function recordShapes<Result>(body: () => Result): Readonly<ShapeRecorder> & { readonly result: Result } {
  return withShapes(() => {
    const backend = tf.backend() as ShapeBackend
    const recording: ShapeRecorder = { kernels: [], constants: new Map() }
    backend.recording = recording
    try {
      return { ...recording, result: body() }
    } finally {
      backend.recording = null
    }
  })
}
