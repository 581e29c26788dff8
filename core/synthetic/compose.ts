import type { Background } from './background.ts'
import type { Random } from './random.ts'
import { samplesPerPixel, sampleX, sampleY, type SampleBuffer, type View } from './rasterizer.ts'
import { shadeSample, type Light } from './shading.ts'
import type { Solid } from './solid.ts'

/** A picture with its labels a pixel, before the camera. */
export interface Composition {
  /** Linear RGB [H·W·3], the background's array. */
  readonly rgb: Float32Array
  /** Body part or object by majority of the pixel's samples; 255 where the background wins. */
  readonly parts: Uint8Array
  /** Metres [H·W]; NaN in the sky. */
  readonly depth: Float32Array
  /** Samples that show each solid. */
  readonly visibleSamples: Uint32Array
}

export const backgroundPixel = 255
const perPixel = samplesPerPixel * samplesPerPixel

/** Puts the solids in front of the background: colours averaged over a pixel's samples, labels by majority, ties to the nearest. */
export function compose(
  solids: readonly Solid[],
  samples: SampleBuffer,
  background: Background,
  view: View,
  personDistance: number,
  light: Light,
  random: Random,
): Composition {
  const { rgb, depth } = background
  const parts = new Uint8Array(view.width * view.height).fill(backgroundPixel)
  const visibleSamples = new Uint32Array(solids.length)
  const colour = new Float32Array(3)
  const grain = Float32Array.from({ length: 1024 }, () => random.uniform())
  const pixelSamples = new Int32Array(perPixel)
  for (let row = 0; row < view.height; row++) {
    for (let column = 0; column < view.width; column++) {
      const pixel = row * view.width + column
      const first = row * samplesPerPixel * samples.columns + column * samplesPerPixel
      let covered = 0
      let [red, green, blue] = [0, 0, 0]
      for (let at = 0; at < perPixel; at++) {
        const down = at >= samplesPerPixel ? 1 : 0
        const right = at - down * samplesPerPixel
        const sample = first + down * samples.columns + right
        pixelSamples[at] = sample
        const solid = samples.solid[sample]
        if (solid < 0) continue
        covered++
        visibleSamples[solid]++
        const x = sampleX(view, column * samplesPerPixel + right)
        const y = sampleY(view, row * samplesPerPixel + down)
        shadeSample(solids[solid], x, y, samples.depth[sample], light, grain[(sample * 7) & 1023], colour, 0)
        red += colour[0]
        green += colour[1]
        blue += colour[2]
      }
      if (covered === 0) continue
      const rest = (perPixel - covered) / perPixel
      rgb[3 * pixel] = rgb[3 * pixel] * rest + red / perPixel
      rgb[3 * pixel + 1] = rgb[3 * pixel + 1] * rest + green / perPixel
      rgb[3 * pixel + 2] = rgb[3 * pixel + 2] * rest + blue / perPixel
      const winner = majoritySample(pixelSamples, samples, solids)
      if (samples.solid[winner] < 0) continue
      parts[pixel] = solids[samples.solid[winner]].primitive.part
      depth[pixel] = personDistance + samples.depth[winner]
    }
  }
  return { rgb, parts, depth, visibleSamples }
}

/** The sample whose part most of the pixel's samples share, the nearest of equals. */
function majoritySample(pixelSamples: Int32Array, samples: SampleBuffer, solids: readonly Solid[]): number {
  let best = pixelSamples[0]
  let bestVotes = 0
  for (const candidate of pixelSamples) {
    const part = partOf(samples.solid[candidate], solids)
    let votes = 0
    for (const other of pixelSamples) if (partOf(samples.solid[other], solids) === part) votes++
    if (votes > bestVotes || (votes === bestVotes && samples.depth[candidate] < samples.depth[best])) {
      best = candidate
      bestVotes = votes
    }
  }
  return best
}

function partOf(solid: number, solids: readonly Solid[]): number {
  return solid < 0 ? backgroundPixel : solids[solid].primitive.part
}
