/** Quantiles of one epoch's values, as a box shows them. */
export interface QuantileBox {
  readonly x: number
  /** 1%, 5%, 25%, 50%, 75%, 95%, 99%. */
  readonly quantiles: readonly [number, number, number, number, number, number, number]
}

export const quantileNames = ['1%', '5%', '25%', 'median', '75%', '95%', '99%'] as const

export function describeBoxes(boxes: readonly QuantileBox[], xName: string, format: (value: number) => string): string {
  const [first, last] = [boxes[0], boxes[boxes.length - 1]]
  if (first === undefined) return 'No value yet.'
  const box = ({ x, quantiles }: QuantileBox): string =>
    `at ${xName} ${x} the median is ${format(quantiles[3])}, half of the values lie between ${format(quantiles[2])} and ` +
    `${format(quantiles[4])}, one in a hundred above ${format(quantiles[6])}`
  return first === last ? `${box(first)}.` : `${box(first)}; ${box(last)}.`
}
