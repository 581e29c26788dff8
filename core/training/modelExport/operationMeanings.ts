const elementwise = 'of every element'
const broadcast = 'element by element; axes of length 1 and missing first axes are repeated'
const reduction = 'over the axes `axis` (negative from the last), which stay with length 1 where `keepDims`'

/** What the operations of an exported network mean: arrays are float32, row-major, images [batch, height, width, channels]. */
const meanings: Readonly<Record<string, string>> = {
  Add: `a + b, ${broadcast}`,
  Sub: `a − b, ${broadcast}`,
  Multiply: `a · b, ${broadcast}`,
  RealDiv: `a / b, ${broadcast}`,
  Minimum: `the smaller of a and b, ${broadcast}`,
  Maximum: `the larger of a and b, ${broadcast}`,
  AddN: 'the sum of all inputs, which have one shape',
  Relu: `max(x, 0) ${elementwise}`,
  Sigmoid: `1 / (1 + e^−x) ${elementwise}`,
  Square: `x² ${elementwise}`,
  Sqrt: `√x ${elementwise}`,
  Rsqrt: `1 / √x ${elementwise}`,
  Neg: `−x ${elementwise}`,
  Exp: `e^x ${elementwise}`,
  Log: `ln x ${elementwise}`,
  Softplus: `ln(1 + e^x) ${elementwise}`,
  Identity: 'the input as it is',
  Cast: 'the input as it is',
  Softmax: 'e^x / Σ e^x over the last axis',
  Sum: `the sum ${reduction}`,
  Mean: `the mean ${reduction}`,
  Max: `the maximum ${reduction}`,
  ArgMax: 'place of the first largest value along `axis`, which goes; int32',
  Reshape: 'the same values in the order they are in, in the output’s `shape`',
  ExpandDims: 'the same values in the output’s `shape`',
  Fill: '`value` everywhere in the output’s `shape`',
  Transpose: 'axis i of the output is axis perm[i] of the input',
  Slice: 'from `begin`, the output’s `shape`',
  Concat: 'the inputs one after another along `axis`',
  PadV2: 'paddings[i] = [before, after] entries of `constantValue` along axis i',
  BatchMatMul:
    'product of the matrices in the last two axes, a transposed before where `transposeA`, b where `transposeB`; first axes are repeated where they have length 1',
  Conv2D:
    'correlation of x with the filter [height, width, in, out] at `strides`, padding "same": the output has ⌈size / stride⌉ places, of the missing (places − 1) · stride + filter − size zeros half, rounded down, come before',
  MaxPool: 'the maximum of windows of `filterSize` at `strides`, places as of Conv2D; what lies outside does not count',
  ResizeBilinear:
    'bilinear resampling to `size`: output place i is at (i + ½) · from / to − ½ of the input, at least 0, edges repeated',
}

/**
 * The meanings of operations by name, for people who write a program that runs them.
 * @throws Error an operation that has none: the network cannot be described
 */
export function operationMeanings(names: Iterable<string>): Record<string, string> {
  const found = [...new Set(names)].sort().map((name) => {
    const meaning = meanings[name]
    if (meaning === undefined) throw new Error(`operation ${name} cannot be described`)
    return [name, meaning]
  })
  return Object.fromEntries(found) as Record<string, string>
}
