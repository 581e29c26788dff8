import { InvalidArgumentError } from 'commander'
import { slimWidths } from '../training/networkChoices.ts'

/** Parsers of option values; what they refuse becomes a usage error that names the option. */

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw new InvalidArgumentError('a whole number is needed.')
  return Number(text)
}

export function wholeNumberOrAuto(text: string): number | 'auto' {
  if (text === 'auto') return text
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number or "auto" is needed.')
  return wholeNumber(text)
}

export function positiveNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('a number above 0 is needed.')
  return value
}

export function atLeastZero(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('a number of at least 0 is needed.')
  return value
}

const magnitudes: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9 }

/** Multiply-adds: `20M`, `1.5G`, `800k` or a plain number. */
export function multiplyAdds(text: string): number {
  const match = /^(\d+(?:\.\d+)?(?:e\d+)?)\s*([KMG]?)$/i.exec(text.trim())
  const value = match === null ? NaN : Number(match[1]) * magnitudes[match[2].toUpperCase()]
  if (!(value > 0) || !Number.isFinite(value))
    throw new InvalidArgumentError('multiply-adds an image are needed, such as 20M.')
  return value
}

/** `task=number,task=number` with numbers of at least 0, also given several times. */
export function taskPreferences(text: string, previous: Record<string, number> = {}): Record<string, number> {
  const found = nameList(text).map((each) => {
    const [[name, value]] = Object.entries(namedValue(each))
    return [name, atLeastZero(value)] as const
  })
  return { ...previous, ...Object.fromEntries(found) }
}

/** One of the widths that slim models are trained in. */
export function slimWidth(text: string): (typeof slimWidths)[number] {
  const width = slimWidths.find((each) => each === Number(text))
  if (width === undefined) throw new InvalidArgumentError(`one of ${slimWidths.join(', ')} is needed.`)
  return width
}

/** A share from 0 to 1. */
export function share(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('a number from 0 to 1 is needed.')
  return value
}

/** `96x64`: height × width in pixels. */
export function pictureSize(text: string): { height: number; width: number } {
  const match = /^(\d{2,4})[x×](\d{2,4})$/i.exec(text)
  if (match === null) throw new InvalidArgumentError('HEIGHTxWIDTH is needed, such as 96x64.')
  return { height: Number(match[1]), width: Number(match[2]) }
}

/** `a,b,c`, also given several times. */
export function nameList(text: string, previous: string[] = []): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === 0) throw new InvalidArgumentError('one or more names are needed, separated by commas.')
  return [...previous, ...names]
}

/** A run as `7` or `run 7`, `r7`. */
export function runNumber(text: string): number {
  const match = /^(?:run\s*|r)?(\d+)$/i.exec(text.trim())
  if (match === null) throw new InvalidArgumentError('the number of a run is needed; mend runs lists them.')
  return Number(match[1])
}

/** `1,2,3` */
export function numberList(text: string): number[] {
  return text.split(',').map((each) => wholeNumber(each.trim()))
}

/** `name=value`, given once or several times. */
export function namedValue(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('NAME=VALUE is needed.')
  return { ...previous, [text.slice(0, at).trim()]: text.slice(at + 1).trim() }
}

/** `name=number above 0`, given once or several times. */
export function namedNumber(text: string, previous: Record<string, number> = {}): Record<string, number> {
  const [[name, value]] = Object.entries(namedValue(text))
  return { ...previous, [name]: positiveNumber(value) }
}

/** `from->to`, given once or several times. */
export function relation(text: string, previous: [string, string][] = []): [string, string][] {
  const [from, to, ...rest] = text.split('->').map((name) => name.trim())
  if (!from || !to || rest.length > 0) throw new InvalidArgumentError('FROM->TO is needed, in quotes.')
  return [...previous, [from, to]]
}

/** A TCP port; 0 is any free one. */
export function portNumber(text: string): number {
  const port = wholeNumber(text)
  if (port > 65_535) throw new InvalidArgumentError('a port from 0 to 65535 is needed.')
  return port
}
