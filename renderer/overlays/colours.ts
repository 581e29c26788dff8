export type Rgb = readonly [number, number, number]

/** Colour of a part: hues by the golden angle, so that neighbours in the list differ, in three lightnesses. 0 … 254. */
export function partColour(part: number): Rgb {
  return hsl((part * 137.508) % 360, 0.68, [0.62, 0.48, 0.74][part % 3])
}

export function cssColour([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`
}

function hsl(hue: number, saturation: number, lightness: number): Rgb {
  const chroma = saturation * Math.min(lightness, 1 - lightness)
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12
    return Math.round(255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))))
  }
  return [channel(0), channel(8), channel(4)]
}

const viridis: readonly Rgb[] = [
  [68, 1, 84],
  [70, 50, 127],
  [54, 92, 141],
  [39, 127, 142],
  [31, 161, 135],
  [74, 194, 109],
  [159, 218, 58],
  [253, 231, 37],
]

/** Viridis by its eight anchors (Smith and van der Walt, 2015), 0 … 1. */
export function depthColour(share: number): Rgb {
  const at = Math.min(1, Math.max(0, share)) * (viridis.length - 1)
  const below = Math.min(viridis.length - 2, Math.floor(at))
  const mix = (c: 0 | 1 | 2): number =>
    Math.round(viridis[below][c] + (at - below) * (viridis[below + 1][c] - viridis[below][c]))
  return [mix(0), mix(1), mix(2)]
}

/** Stops of a CSS gradient from least to most depth, for a scale beside a picture. */
export function depthGradient(): string {
  return `linear-gradient(to right, ${viridis.map(cssColour).join(', ')})`
}

/** Colours of overlays, from the design tokens of the theme in force. */
export interface OverlayTheme {
  readonly left: string
  readonly right: string
  readonly middle: string
  readonly given: string
  readonly predicted: string
  readonly alarm: string
}

/** Reads the tokens where `element` stands; read again when the theme changes. */
export function overlayTheme(element: Element): OverlayTheme {
  const style = getComputedStyle(element)
  const token = (name: string): string => style.getPropertyValue(name).trim()
  return {
    left: token('--side-left'),
    right: token('--side-right'),
    middle: token('--side-mid'),
    given: token('--given'),
    predicted: token('--predicted'),
    alarm: token('--bad'),
  }
}

export type Side = 'left' | 'right' | 'middle'

/** Side of the body that a joint's or part's name tells: "left knee", "r_ankle"; middle where it tells none. */
export function sideOf(name: string): Side {
  if (/(^|[^a-z])(left|l)([^a-z]|$)/i.test(name)) return 'left'
  if (/(^|[^a-z])(right|r)([^a-z]|$)/i.test(name)) return 'right'
  return 'middle'
}

/** Side of a limb: that of its ends where they agree or one has none. */
export function limbSide(first: string, second: string): Side {
  const [a, b] = [sideOf(first), sideOf(second)]
  if (a === b) return a
  if (a === 'middle') return b
  return b === 'middle' ? a : 'middle'
}
