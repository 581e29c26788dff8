import type { Program, WeightSpecification } from '../program.ts'
import type { Tensorflow } from '../tensorflow.ts'
import { dataType, GraphBuilder } from './graph.ts'
import type { SignatureTensor } from './graph.ts'
import { addProgram } from './traceProgram.ts'

/** Outputs of a program under the names that others shall see, with their shapes. */
export type NamedOutputs = Readonly<
  Record<string, { readonly output: string; readonly shape: readonly number[]; readonly dtype: 'float32' | 'int32' }>
>

/**
 * A prediction program as the bytes of a `saved_model.pb`, its weights constants of the graph, with the signature `serving_default`:
 * it needs no variables beside it, and nothing of this program.
 * @throws Error when the program uses something that cannot be traced
 */
export function frozenModel(
  tensorflow: Tensorflow,
  program: Program,
  weights: readonly WeightSpecification[],
  outputs: NamedOutputs,
): Uint8Array {
  const graph = new GraphBuilder(tensorflow.binding)
  weights.forEach(({ shape, initial }, index) => {
    graph.namedConstant(`read${index}`, dataType.float32, shape, initial)
  })
  const indexOf = new Map(weights.map(({ name }, index) => [name, index]))
  const { prefix, feeds } = addProgram(tensorflow, graph, weights, program, 'model_', indexOf)
  const inputs = Object.entries(feeds).map(([name, { shape, dtype }]): [string, SignatureTensor] => [
    name,
    { tensor: `${prefix}feed_${name}:0`, type: dataType[dtype], shape },
  ])
  const served = Object.entries(outputs).map(([name, { output, shape, dtype }]): [string, SignatureTensor] => [
    name,
    { tensor: `${prefix}out_${output}:0`, type: dataType[dtype], shape },
  ])
  return graph.savedModel({ inputs: Object.fromEntries(inputs), outputs: Object.fromEntries(served) })
}
