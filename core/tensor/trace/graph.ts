import { createRequire } from 'node:module'
import type { OpAttribute, TensorflowBinding } from '../tensorflow.ts'

/** The generated protocol buffer classes that tfjs-node ships (TensorFlow's GraphDef and SavedModel), as far as used. */
interface Message {
  serializeBinary(): Uint8Array
}
interface Protocol {
  AttrValue: { new (): AttrValue; ListValue: new () => AttrList }
  TensorShape: { new (): Setter; Dim: new () => Setter }
  Tensor: new () => Setter
  NodeDef: new () => NodeDef
  GraphDef: new () => Setter
  VersionDef: new () => Setter
  MetaGraphDef: { new (): Setter & { getSignatureDefMap(): Map<string, unknown> }; MetaInfoDef: new () => Setter }
  SignatureDef: new () => Setter & Record<'getInputsMap' | 'getOutputsMap', () => Map<string, unknown>>
  TensorInfo: new () => Setter
  SavedModel: new () => Setter & Message
}
type Setter = Record<string, (value: unknown) => void>
type AttrValue = Setter
type AttrList = Setter
type NodeDef = Setter & { getAttrMap(): Map<string, AttrValue> }

const protocol = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js') as Protocol

export const dataType = { float32: 1, int32: 3, string: 7, bool: 10 } as const

/** Constants up to this size are looked for among those that there are. */
const sharedBytes = 64

/** A GraphDef under construction: nodes are added in any order that puts inputs first, then written as a SavedModel. */
export class GraphBuilder {
  readonly #nodes: NodeDef[] = []
  readonly #binding: TensorflowBinding
  /** Small constants by their contents: hundreds of kernels are handed the same axes and shapes. */
  readonly #shared = new Map<string, string>()
  #constants = 0

  constructor(binding: TensorflowBinding) {
    this.#binding = binding
  }

  get size(): number {
    return this.#nodes.length
  }

  /** Adds an operation; inputs are `node`, `node:k` or `^node` (control). Returns its name. */
  node(
    name: string,
    operation: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttrValue>> = {},
  ): string {
    const node = new protocol.NodeDef()
    node['setName'](name)
    node['setOp'](operation)
    node['setInputList']([...inputs])
    const map = node.getAttrMap()
    for (const [key, value] of Object.entries(attributes)) map.set(key, value)
    this.#nodes.push(node)
    return name
  }

  /** Adds a recorded kernel with the attributes that were handed to the binding. */
  kernel(name: string, operation: string, inputs: readonly string[], attributes: readonly OpAttribute[]): string {
    return this.node(name, operation, inputs, Object.fromEntries(attributes.map((a) => [a.name, this.#attribute(a)])))
  }

  /** The state of the graph, to go `backTo`. */
  mark(): number {
    return this.#nodes.length
  }

  /** Takes away every node that was added since a mark. */
  backTo(mark: number): void {
    this.#nodes.length = mark
    this.#shared.clear()
  }

  constant(type: number, shape: readonly number[], values: ArrayBufferView): string {
    if (values.byteLength > sharedBytes) return this.#addConstant(type, shape, values)
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('latin1')
    const key = `${type}:${shape.join()}:${bytes}`
    const known = this.#shared.get(key)
    if (known !== undefined) return known
    const name = this.#addConstant(type, shape, values)
    this.#shared.set(key, name)
    return name
  }

  /** A constant of a name of its own. */
  namedConstant(name: string, type: number, shape: readonly number[], values: ArrayBufferView): string {
    const value = constantAttribute(type, shape, values)
    return this.node(name, 'Const', [], { dtype: typeAttribute(type), value })
  }

  #addConstant(type: number, shape: readonly number[], values: ArrayBufferView): string {
    return this.namedConstant(`constant${this.#constants++}`, type, shape, values)
  }

  /** The whole graph as the bytes of a `saved_model.pb` with the tag `serve`; with a signature it serves other programs. */
  savedModel(signature?: Signature): Uint8Array {
    const graph = new protocol.GraphDef()
    graph['setNodeList'](this.#nodes)
    const versions = new protocol.VersionDef()
    // GraphDef producer version of TensorFlow 2.x; only has to lie within what the loader accepts.
    versions['setProducer'](1882)
    graph['setVersions'](versions)
    const information = new protocol.MetaGraphDef.MetaInfoDef()
    information['setTagsList'](['serve'])
    const meta = new protocol.MetaGraphDef()
    meta['setGraphDef'](graph)
    meta['setMetaInfoDef'](information)
    if (signature) meta.getSignatureDefMap().set(servingSignature, signatureMessage(signature))
    const model = new protocol.SavedModel()
    model['setSavedModelSchemaVersion'](1)
    model['setMetaGraphsList']([meta])
    return model.serializeBinary()
  }

  #attribute({ name, type, value }: OpAttribute): AttrValue {
    const binding = this.#binding
    const attribute = new protocol.AttrValue()
    const set = (scalar: string, list: string): void => {
      if (!Array.isArray(value)) return attribute[scalar](value)
      const values = new protocol.AttrValue.ListValue()
      values[list](value)
      attribute['setList'](values)
    }
    if (type === binding.TF_ATTR_INT) set('setI', 'setIList')
    else if (type === binding.TF_ATTR_FLOAT) set('setF', 'setFList')
    else if (type === binding.TF_ATTR_BOOL) set('setB', 'setBList')
    else if (type === binding.TF_ATTR_TYPE) set('setType', 'setTypeList')
    else if (type === binding.TF_ATTR_STRING) attribute['setS'](Buffer.from(String(value)))
    else if (type === binding.TF_ATTR_SHAPE) attribute['setShape'](shapeMessage(value as readonly number[]))
    else throw new Error(`attribute ${name} has a type that graphs cannot carry: ${type}`)
    return attribute
  }
}

/** The name that TensorFlow's loaders look a signature up by. */
const servingSignature = 'serving_default'

export interface SignatureTensor {
  /** `node:k` */
  readonly tensor: string
  readonly type: number
  readonly shape: readonly number[]
}

/** What a saved graph takes and gives, by names that are meant for others. */
export interface Signature {
  readonly inputs: Readonly<Record<string, SignatureTensor>>
  readonly outputs: Readonly<Record<string, SignatureTensor>>
}

function signatureMessage({ inputs, outputs }: Signature): Setter {
  const message = new protocol.SignatureDef()
  for (const [name, tensor] of Object.entries(inputs)) message.getInputsMap().set(name, tensorMessage(tensor))
  for (const [name, tensor] of Object.entries(outputs)) message.getOutputsMap().set(name, tensorMessage(tensor))
  message['setMethodName']('tensorflow/serving/predict')
  return message
}

function tensorMessage({ tensor, type, shape }: SignatureTensor): Setter {
  const message = new protocol.TensorInfo()
  message['setName'](tensor)
  message['setDtype'](type)
  message['setTensorShape'](shapeMessage(shape))
  return message
}

function constantAttribute(type: number, shape: readonly number[], values: ArrayBufferView): AttrValue {
  const tensor = new protocol.Tensor()
  tensor['setDtype'](type)
  tensor['setTensorShape'](shapeMessage(shape))
  tensor['setTensorContent'](new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice())
  const value = new protocol.AttrValue()
  value['setTensor'](tensor)
  return value
}

export function typeAttribute(type: number): AttrValue {
  const value = new protocol.AttrValue()
  value['setType'](type)
  return value
}

export function shapeAttribute(shape: readonly number[]): AttrValue {
  const value = new protocol.AttrValue()
  value['setShape'](shapeMessage(shape))
  return value
}

export function stringAttribute(text: string): AttrValue {
  const value = new protocol.AttrValue()
  value['setS'](Buffer.from(text))
  return value
}

function shapeMessage(shape: readonly number[]): Setter {
  const message = new protocol.TensorShape()
  message['setDimList'](
    shape.map((size) => {
      const dimension = new protocol.TensorShape.Dim()
      dimension['setSize'](size)
      return dimension
    }),
  )
  return message
}
