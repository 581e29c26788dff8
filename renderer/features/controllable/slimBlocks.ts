import type { ControllableConfigurationOut, ControllableState } from '../../../core/api/controllable.ts'
import { formatCount, formatPercent } from '../../ui/numbers.ts'

type Structure = Extract<NonNullable<ControllableState>['structure'], { kind: 'slim' }>
type Configuration = Extract<ControllableConfigurationOut, { kind: 'slim' }>

/** A stage of the encoder (upright, `at` null) or a task's decoder (lying, `at` its colour), in pixels. */
export interface SlimBlock {
  readonly name: string
  readonly at: number | null
  readonly title: string | null
  readonly channels: number
  readonly used: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly usedY: number
  readonly usedWidth: number
  readonly usedHeight: number
  readonly labelX: number
  readonly labelY: number
  readonly anchor: 'start' | 'middle'
}

export interface SlimLink {
  readonly task: string
  readonly at: number
  readonly path: string
}

export interface SlimDrawing {
  readonly width: number
  readonly height: number
  readonly blocks: readonly SlimBlock[]
  readonly links: readonly SlimLink[]
}

const stageHeight = 104
const stageWidth = 26
const top = 16
const foot = 52
const rowHeight = 36
const barHeight = 14
const labelWidth = 66

/** Where everything lies: the encoder's stages at the left, half the width, the decoders below one another at the right. */
export function slimBlocks(
  { encoder, decoders }: Structure,
  configuration: Configuration,
  tasks: readonly string[],
  width: number,
): SlimDrawing {
  const height = Math.max(stageHeight + top + foot, tasks.length * rowHeight + foot)
  const middle = (height - foot + top) / 2
  const encoderWidth = Math.min(width * 0.5, 240)
  const pitch = encoderWidth / Math.max(1, encoder.length)
  const most = Math.max(1, ...encoder)
  const stages = encoder.map((channels, stage): SlimBlock => {
    const whole = Math.max(6, (channels / most) * stageHeight)
    const used = whole * configuration.encoder
    const x = stage * pitch + (pitch - stageWidth) / 2
    return {
      name: `stage ${stage + 1}`,
      at: null,
      title: null,
      channels,
      used: Math.round(channels * configuration.encoder),
      x,
      y: middle - whole / 2,
      width: stageWidth,
      height: whole,
      usedY: middle - used / 2,
      usedWidth: stageWidth,
      usedHeight: used,
      labelX: x + stageWidth / 2,
      labelY: middle + stageHeight / 2 + 14,
      anchor: 'middle',
    }
  })
  const left = encoderWidth + 44
  const room = Math.max(40, width - left - labelWidth)
  const widest = Math.max(1, ...tasks.map((task) => decoders[task] ?? 1))
  const bars = tasks.map((task, at): SlimBlock => {
    const channels = decoders[task] ?? 1
    const share = configuration.decoders[task] ?? 1
    const whole = (channels / widest) * room
    const y = middle + (at - tasks.length / 2) * rowHeight + (rowHeight - barHeight) / 2 + 5
    return {
      name: task,
      at,
      title: task,
      channels,
      used: Math.round(channels * share),
      x: left,
      y,
      width: whole,
      height: barHeight,
      usedY: y,
      usedWidth: whole * share,
      usedHeight: barHeight,
      labelX: left + whole + 6,
      labelY: y + barHeight - 3,
      anchor: 'start',
    }
  })
  const last = stages.at(-1)
  const from = last === undefined ? 0 : last.x + stageWidth
  const links = bars.map(({ name, at, y }): SlimLink => {
    const to = y + barHeight / 2
    const bend = (from + left) / 2
    return { task: name, at: at ?? 0, path: `M${from} ${middle} C${bend} ${middle} ${bend} ${to} ${left} ${to}` }
  })
  return { width, height, blocks: [...stages, ...bars], links }
}

/** The same in a sentence. */
export function describeSlim(
  { encoder, decoders }: Structure,
  configuration: Configuration,
  tasks: readonly string[],
): string {
  const stages = encoder.map((channels) => formatCount(channels * configuration.encoder)).join(', ')
  const own = tasks.map((task) => {
    const width = configuration.decoders[task] ?? 1
    return `${task} ${formatPercent(width)}, ${formatCount((decoders[task] ?? 0) * width)} channels`
  })
  return `Encoder at ${formatPercent(configuration.encoder)} of its width: ${stages} channels. Decoders: ${own.join('; ')}.`
}
