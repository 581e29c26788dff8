import type { WeightSpecification } from '../tensor/program.ts'
import type { Declaration } from './scope.ts'

/**
 * The weights that a declared network uses, each as far as it does, with their values: those of a network that has nothing else.
 * @param values by name, row-major; weights that are not used may be there
 * @throws Error where a weight is missing or of another size
 */
export function cutWeights(
  declaration: Declaration,
  values: ReadonlyMap<string, Float32Array>,
): (WeightSpecification & { readonly trainable: false })[] {
  const shapes = new Map(declaration.shapes)
  return [...declaration.used].map(([name, taken]) => {
    const [whole, shape] = [values.get(name), shapes.get(name)]
    if (whole === undefined || shape === undefined || whole.length !== product(shape)) {
      throw new Error(`weight ${name} is missing or of the wrong size`)
    }
    return { name, shape: taken, initial: firstEntries(whole, shape, taken), trainable: false }
  })
}

/** The first entries of a row-major array along every axis. */
export function firstEntries(values: Float32Array, shape: readonly number[], taken: readonly number[]): Float32Array {
  if (taken.every((length, axis) => length === shape[axis])) return values.slice()
  const [length, ...inner] = shape
  const [wanted, ...innerWanted] = taken
  const [size, innerSize] = [values.length / length, product(innerWanted)]
  const found = new Float32Array(product(taken))
  for (let at = 0; at < wanted; at++) {
    const part = values.subarray(at * size, (at + 1) * size)
    found.set(inner.length === 0 ? part : firstEntries(part, inner, innerWanted), at * innerSize)
  }
  return found
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, length) => all * length, 1)
}
