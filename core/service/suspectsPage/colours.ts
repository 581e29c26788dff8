export type Rgb = readonly [number, number, number]

/** Colour of a part: hues by the golden angle, so that neighbours in the list differ, in three lightnesses. 0 … 254. */
export function partColour(part: number): Rgb {
  const hue = (part * 137.508) % 360
  const lightness = [0.62, 0.48, 0.74][part % 3]
  return hsl(hue, 0.68, lightness)
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

/** Viridis by its eight anchors (Smith and van der Walt, 2015), 0 … 1. */
export function depthColour(share: number): Rgb {
  const at = Math.min(1, Math.max(0, share)) * (viridis.length - 1)
  const below = Math.min(viridis.length - 2, Math.floor(at))
  const mix = (c: 0 | 1 | 2): number =>
    Math.round(viridis[below][c] + (at - below) * (viridis[below + 1][c] - viridis[below][c]))
  return [mix(0), mix(1), mix(2)]
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
