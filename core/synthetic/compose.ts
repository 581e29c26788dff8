import { rawComponent } from '../dataset/normals.ts'
import { sceneClass, type Background } from './background.ts'
import type { Random } from './random.ts'
import { samplesPerPixel, sampleX, sampleY, type SampleBuffer, type View } from './rasterizer.ts'
import { shadeSample, surfaceAt, type Light, type SurfacePoint } from './shading.ts'
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

/**
 * Puts the solids in front of the background: colours averaged over a pixel's samples, labels by majority, ties to the
 * nearest. A pixel inside one surface of a single colour is shaded once (half of all; 0.4 ms a person at 128×64).
 */
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
  const grain = new Float32Array(1024)
  for (let entry = 0; entry < grain.length; entry++) grain[entry] = random.uniform()
  const at = new Int32Array(perPixel)
  const shown = samples.solid
  for (let row = 0; row < view.height; row++) {
    for (let column = 0; column < view.width; column++) {
      at[0] = row * samplesPerPixel * samples.columns + column * samplesPerPixel
      at[1] = at[0] + 1
      at[2] = at[0] + samples.columns
      at[3] = at[2] + 1
      const first = shown[at[0]]
      const uniform = shown[at[1]] === first && shown[at[2]] === first && shown[at[3]] === first
      if (uniform && first < 0) continue
      const once = uniform && solids[first].primitive.material.kind === 'solid'
      let covered = 0
      let red = 0
      let green = 0
      let blue = 0
      for (let place = 0; place < perPixel; place++) {
        const solid = shown[at[place]]
        if (solid < 0) continue
        covered++
        visibleSamples[solid]++
        if (once && place > 0) continue
        const x = sampleX(view, column * samplesPerPixel + (place & 1))
        const y = sampleY(view, row * samplesPerPixel + (place >> 1))
        const noise = grain[Math.imul(at[place], 0x9e3779b1) >>> 22]
        shadeSample(solids[solid], x, y, samples.depth[at[place]], light, noise, colour)
        red += colour[0]
        green += colour[1]
        blue += colour[2]
      }
      const pixel = row * view.width + column
      const share = once ? 1 : 1 / perPixel
      const rest = 1 - covered / perPixel
      rgb[3 * pixel] = rgb[3 * pixel] * rest + red * share
      rgb[3 * pixel + 1] = rgb[3 * pixel + 1] * rest + green * share
      rgb[3 * pixel + 2] = rgb[3 * pixel + 2] * rest + blue * share
      const winner = uniform ? at[0] : majoritySample(at, samples, solids)
      if (shown[winner] < 0) continue
      parts[pixel] = solids[shown[winner]].primitive.part
      depth[pixel] = personDistance + samples.depth[winner]
    }
  }
  return { rgb, parts, depth, visibleSamples }
}

/**
 * Directions of the surfaces that a picture shows, [H·W·3] as core/dataset/normals.ts stores them: of each pixel's winning
 * sample, as its label goes by; the wall faces the camera, the ground lies level, the sky has none.
 */
export function composeNormals(
  solids: readonly Solid[],
  samples: SampleBuffer,
  { scene }: Background,
  view: View,
): Uint16Array {
  const normals = new Uint16Array(view.width * view.height * 3)
  const at = new Int32Array(perPixel)
  const surface: SurfacePoint = new Float64Array(6)
  for (let row = 0, pixel = 0; row < view.height; row++) {
    for (let column = 0; column < view.width; column++, pixel++) {
      at[0] = row * samplesPerPixel * samples.columns + column * samplesPerPixel
      at[1] = at[0] + 1
      at[2] = at[0] + samples.columns
      at[3] = at[2] + 1
      const winner = majoritySample(at, samples, solids)
      const solid = samples.solid[winner]
      if (solid < 0) {
        if (scene[pixel] === sceneClass.sky) continue
        surface.set(scene[pixel] === sceneClass.ground ? [0, 1, 0] : [0, 0, 1], 3)
      } else {
        const x = sampleX(view, winner % samples.columns)
        const y = sampleY(view, Math.floor(winner / samples.columns))
        surfaceAt(solids[solid], x, y, samples.depth[winner], surface)
      }
      const length = Math.hypot(surface[3], surface[4], surface[5])
      if (length === 0) continue
      for (let axis = 0; axis < 3; axis++) normals[3 * pixel + axis] = rawComponent(surface[3 + axis] / length)
    }
  }
  return normals
}

/** The sample whose part most of the pixel's samples share, the nearest of equals. */
function majoritySample(at: Int32Array, samples: SampleBuffer, solids: readonly Solid[]): number {
  let best = at[0]
  let bestVotes = 0
  for (let candidate = 0; candidate < perPixel; candidate++) {
    const part = partOf(samples.solid[at[candidate]], solids)
    let votes = 0
    for (let other = 0; other < perPixel; other++) {
      if (partOf(samples.solid[at[other]], solids) === part) votes++
    }
    if (votes > bestVotes || (votes === bestVotes && samples.depth[at[candidate]] < samples.depth[best])) {
      best = at[candidate]
      bestVotes = votes
    }
  }
  return best
}

function partOf(solid: number, solids: readonly Solid[]): number {
  return solid < 0 ? backgroundPixel : solids[solid].primitive.part
}
