import type { TensorInfo } from '@tensorflow/tfjs'
import type { OpAttribute, OutputMetadata, Tensorflow, TensorflowBinding } from '../tensorflow.ts'

export interface RecordedKernel {
  readonly name: string
  readonly attributes: readonly OpAttribute[]
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
}

export interface RecordedConstant {
  readonly shape: readonly number[]
  readonly type: number
  readonly values: ArrayBufferView
}

/** Every kernel that passed through the binding while a function ran, and every tensor that was made from values. */
export interface Recording<Result> {
  readonly kernels: readonly RecordedKernel[]
  readonly constants: ReadonlyMap<number, RecordedConstant>
  readonly result: Result
}

/** The binding's id of a tensor; makes the tensor on the device when its values were only held in JavaScript. */
export function tensorId({ backend }: Tensorflow, tensor: TensorInfo): number {
  return backend.getInputTensorIds([tensor])[0]
}

/**
 * Runs `body` eagerly and records what it did. The binding's properties are read-only, so calls are intercepted in an
 * object derived from it. Tensors that `body` uses but did not make must be known to the caller as feeds or weights.
 */
export function recordKernels<Result>(tensorflow: Tensorflow, body: () => Result): Recording<Result> {
  const { backend } = tensorflow
  const original = backend.binding
  const kernels: RecordedKernel[] = []
  const constants = new Map<number, RecordedConstant>()
  const executeOp = (
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): OutputMetadata[] => {
    const made = original.executeOp(name, attributes, inputs, outputs)
    const complete = withInferredTypes(original, name, attributes, made)
    kernels.push({ name, attributes: complete, inputs: [...inputs], outputs: made.map((output) => output.id) })
    return made
  }
  const createTensor = (shape: readonly number[], type: number, values: ArrayBufferView): number => {
    const id = original.createTensor(shape, type, values)
    constants.set(id, { shape: [...shape], type, values: copyAs(original, type, values) })
    return id
  }
  const derived = Object.create(original) as TensorflowBinding
  Object.defineProperty(derived, 'executeOp', { value: executeOp })
  Object.defineProperty(derived, 'createTensor', { value: createTensor })
  backend.binding = derived
  try {
    return { kernels, constants, result: body() }
  } finally {
    backend.binding = original
  }
}

/** Eager TensorFlow infers types that tfjs-node leaves out (of its kernels, for ExpandDims only); a graph must name them. */
function withInferredTypes(
  binding: TensorflowBinding,
  name: string,
  attributes: readonly OpAttribute[],
  outputs: readonly OutputMetadata[],
): readonly OpAttribute[] {
  if (name !== 'ExpandDims' || attributes.length > 0) return attributes
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: outputs[0].dtype },
    { name: 'Tdim', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
  ]
}

/** The bytes that TensorFlow holds: tfjs may hand ordinary arrays or wider types for a narrower tensor type. */
function copyAs(binding: TensorflowBinding, type: number, values: ArrayBufferView): ArrayBufferView {
  const numbers = values as unknown as ArrayLike<number>
  if (type === binding.TF_FLOAT) return Float32Array.from(numbers)
  if (type === binding.TF_INT32) return Int32Array.from(numbers)
  if (type === binding.TF_BOOL) return Uint8Array.from(numbers)
  throw new Error(`a constant of TensorFlow type ${type} cannot be traced`)
}
