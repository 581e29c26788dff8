import { declareNetwork } from './network.ts'
import type { NetworkForm, TaskSchemas } from './network.ts'

/** What a network of these choices has and computes, counted from its layers without an engine. */
export interface NetworkCost {
  /** Weights that training moves. */
  readonly parameters: number
  /** Values that it leaves alone: running statistics, frozen filters. */
  readonly fixedValues: number
  /** Multiply–adds of one image. */
  readonly macs: number
  /** Those that serve all tasks at once. */
  readonly sharedMacs: number
}

/** Counted in milliseconds. An identity task whose people are not settled yet counts without their classes. */
export function networkCost(
  form: NetworkForm,
  tasks: TaskSchemas,
  size: { readonly height: number; readonly width: number },
): NetworkCost {
  const settled = Object.entries(tasks).map(([name, schema]) => [
    name,
    schema.kind === 'identity' && schema.known === undefined ? { ...schema, known: [0, 1] } : schema,
  ])
  const declaration = declareNetwork(form, Object.fromEntries(settled) as TaskSchemas, size, 0)
  const { parameters, fixedValues, macs } = declaration
  return { parameters, fixedValues, macs, sharedMacs: declaration.macsOf(null) }
}
