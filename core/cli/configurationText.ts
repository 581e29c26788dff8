import type { ControllableConfigurationOut } from '../api/controllable.ts'
import { count } from './table.ts'

interface Computed {
  readonly configuration: ControllableConfigurationOut
  readonly macs: number
  readonly parameters: number
}

/** What is computed of a network with a choice, and what it costs, in a line. */
export function configurationText({ configuration, macs, parameters }: Computed): string {
  return `${partsText(configuration)}; ${magnitude(macs)} multiply-adds an image, ${count(parameters)} weights`
}

/** Multiply-adds with three digits: `1.38M`. */
export function magnitude(macs: number): string {
  const [unit, letter] = (
    [
      [1e9, 'G'],
      [1e6, 'M'],
      [1e3, 'K'],
    ] as const
  ).find(([size]) => macs >= size) ?? [1, '']
  return `${Number((macs / unit).toPrecision(3))}${letter}`
}

function partsText(configuration: ControllableConfigurationOut): string {
  switch (configuration.kind) {
    case 'slim': {
      const decoders = Object.entries(configuration.decoders).map(([task, width]) => `${task} ${width}`)
      return `widths: encoder ${configuration.encoder}, ${decoders.join(', ')}`
    }
    case 'tree': {
      const own = configuration.parents.flatMap((layer) =>
        Object.entries(layer).map(([node, parent]) => (node === parent ? node : `${node}←${parent}`)),
      )
      return `tree: ${own.join(' ')}`
    }
  }
}
