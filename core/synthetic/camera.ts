import type { Colour } from './identity.ts'
import type { Random } from './random.ts'

/** What a camera does to every picture it takes. */
export interface Camera {
  /** Gain of red, green and blue: exposure times tint. */
  readonly gain: Colour
  readonly contrast: number
  /** Standard deviation of the blur, pixels at 64 columns. */
  readonly blur: number
  /** Standard deviation of the sensor's noise, 0 … 1. */
  readonly noise: number
  /** Degrees; positive looks down. */
  readonly tilt: number
  /** Metres above the ground. */
  readonly height: number
  /** Metres to the wall behind; the person stands at `personDistance`. */
  readonly wallDistance: number
}

/** Centres of the distributions that a source's cameras are drawn from; sources of `partial` differ widely in them. */
export interface CameraStyle {
  readonly exposure: number
  readonly tint: Colour
  readonly contrast: number
  readonly blur: number
  readonly noise: number
}

export function drawCamera(style: CameraStyle, random: Random): Camera {
  const exposure = style.exposure * random.between(0.88, 1.14)
  const channel = (value: number): number => exposure * value * random.between(0.94, 1.06)
  return {
    gain: [channel(style.tint[0]), channel(style.tint[1]), channel(style.tint[2])],
    contrast: style.contrast * random.between(0.92, 1.08),
    blur: style.blur * random.between(0.5, 1.4),
    noise: style.noise * random.between(0.7, 1.3),
    tilt: random.between(-3, 9),
    height: random.between(1.4, 2.3),
    wallDistance: random.between(5.2, 9),
  }
}

/** Gain, contrast, blur and noise: linear RGB [H·W·3] to 8 bits. `pixels` is used as scratch space. */
export function develop(
  pixels: Float32Array,
  width: number,
  height: number,
  camera: Camera,
  random: Random,
): Uint8Array {
  blur(pixels, width, height, camera.blur * (width / 64))
  const developed = new Uint8Array(pixels.length)
  const noise = noiseTable(random)
  // Channels lie side by side, so that one table entry serves one channel of one pixel.
  let entry = random.integer(noise.length)
  const { gain, contrast } = camera
  for (let index = 0; index < pixels.length; index += 3) {
    for (let channel = 0; channel < 3; channel++) {
      entry = (entry + 1) & (noise.length - 1)
      const exposed = (pixels[index + channel] * gain[channel] - 0.5) * contrast + 0.5 + camera.noise * noise[entry]
      developed[index + channel] = exposed <= 0 ? 0 : exposed >= 1 ? 255 : exposed * 255 + 0.5
    }
  }
  return developed
}

/** 4,096 normal values: the sum of four uniforms from one draw, scaled to unit variance, is close enough for a sensor. */
function noiseTable(random: Random): Float32Array {
  const table = new Float32Array(4096)
  for (let entry = 0; entry < table.length; entry++) {
    const bits = random.bits()
    const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24)
    table[entry] = (sum - 510) / 147.8
  }
  return table
}

/** Separable three-tap blur with the variance of a Gaussian of `sigma` ≤ 0.8 pixels; wider is cut off there. */
function blur(pixels: Float32Array, width: number, height: number, sigma: number): void {
  const side = Math.min(0.32, (sigma * sigma) / 2)
  if (side < 0.01) return
  const centre = 1 - 2 * side
  const stride = width * 3
  for (let row = 0; row < height; row++) blurLine(pixels, row * stride, 3, width, centre, side)
  for (let column = 0; column < width; column++) blurLine(pixels, column * 3, stride, height, centre, side)
}

function blurLine(
  pixels: Float32Array,
  start: number,
  step: number,
  count: number,
  centre: number,
  side: number,
): void {
  let previous0 = pixels[start]
  let previous1 = pixels[start + 1]
  let previous2 = pixels[start + 2]
  for (let place = 0, at = start; place < count; place++, at += step) {
    const next = place + 1 < count ? at + step : at
    const current0 = pixels[at]
    const current1 = pixels[at + 1]
    const current2 = pixels[at + 2]
    pixels[at] = centre * current0 + side * (previous0 + pixels[next])
    pixels[at + 1] = centre * current1 + side * (previous1 + pixels[next + 1])
    pixels[at + 2] = centre * current2 + side * (previous2 + pixels[next + 2])
    previous0 = current0
    previous1 = current1
    previous2 = current2
  }
}
