import type { Colour } from './identity.ts'
import type { Random } from './random.ts'
import type { View } from './rasterizer.ts'

export type BackdropKind = 'plaster' | 'bricks' | 'windows' | 'foliage'
export type GroundKind = 'asphalt' | 'tiles' | 'grass' | 'planks'

/** What stands behind the people in front of one camera. */
export interface Backdrop {
  readonly wall: BackdropKind
  readonly ground: GroundKind
  readonly wallColour: Colour
  readonly groundColour: Colour
  /** Metres from the ground at which the sky begins; null: the wall has no top. */
  readonly wallHeight: number | null
}

/** Where the planes lie in one picture. Depth is metres from the camera. */
export interface Stage {
  readonly view: View
  /** Depth of the person's pelvis. */
  readonly personDistance: number
  readonly wallDistance: number
  /** Of the camera above the ground, metres. */
  readonly cameraHeight: number
  /** Row of the ground below the person, pixels. */
  readonly footRow: number
  /** Column of the person's shadow. */
  readonly footColumn: number
}

export const sceneClass = { wall: 0, ground: 1, sky: 2 } as const

/** The picture without anybody in it. */
export interface Background {
  /** Linear RGB [H·W·3]. */
  readonly rgb: Float32Array
  /** Metres [H·W]; NaN in the sky. */
  readonly depth: Float32Array
  /** `sceneClass` [H·W]. */
  readonly scene: Uint8Array
}

export function drawBackdrop(
  walls: readonly BackdropKind[],
  grounds: readonly GroundKind[],
  open: boolean,
  random: Random,
): Backdrop {
  const wall = random.pick(walls)
  const ground = random.pick(grounds)
  const vary = (colour: Colour): Colour => {
    const brightness = random.between(0.75, 1.2)
    return [
      colour[0] * brightness * random.between(0.92, 1.08),
      colour[1] * brightness,
      colour[2] * brightness * random.between(0.92, 1.08),
    ]
  }
  return {
    wall,
    ground,
    wallColour: vary(wallColours[wall]),
    groundColour: vary(groundColours[ground]),
    wallHeight: open ? random.between(1.2, 4) : null,
  }
}

const wallColours: Readonly<Record<BackdropKind, Colour>> = {
  plaster: [0.72, 0.68, 0.6],
  bricks: [0.58, 0.34, 0.26],
  windows: [0.55, 0.56, 0.58],
  foliage: [0.24, 0.38, 0.17],
}
const groundColours: Readonly<Record<GroundKind, Colour>> = {
  asphalt: [0.38, 0.38, 0.39],
  tiles: [0.6, 0.57, 0.52],
  grass: [0.34, 0.46, 0.2],
  planks: [0.52, 0.38, 0.25],
}
const skyColour: Colour = [0.68, 0.8, 0.95]

/** Ground, wall and sky in perspective about the person's own scale, with the person's shadow on the ground. */
export function paintBackground(stage: Stage, backdrop: Backdrop, random: Random): Background {
  const { width, height, scale } = stage.view
  const background: Background = {
    rgb: new Float32Array(width * height * 3),
    depth: new Float32Array(width * height),
    scene: new Uint8Array(width * height),
  }
  const grain = new NoiseField(random)
  const pan = random.between(-30, 30)
  const cameraRows = stage.cameraHeight * scale
  const horizon = stage.footRow - cameraRows
  for (let row = 0; row < height; row++) {
    const below = row + 0.5 - horizon
    const groundDepth = below > 0 ? (stage.personDistance * cameraRows) / below : Infinity
    const isGround = groundDepth < stage.wallDistance
    const depth = isGround ? groundDepth : stage.wallDistance
    // Pixels a metre shrink with distance.
    const metresPerPixel = depth / (stage.personDistance * scale)
    const up = stage.cameraHeight - below * metresPerPixel
    const isSky = !isGround && backdrop.wallHeight !== null && up > backdrop.wallHeight
    const shade = isGround ? 1 : 0.86 + 0.05 * Math.min(3, up)
    for (let column = 0; column < width; column++) {
      const pixel = row * width + column
      const across = pan + (column + 0.5 - stage.view.centreX) * metresPerPixel
      const texture = isSky
        ? 1 + 0.15 * grain.at(across * 0.1, up * 0.4)
        : isGround
          ? groundTexture(backdrop.ground, across, depth, grain) * shadow(stage, row, column)
          : wallTexture(backdrop.wall, across, up, grain)
      const colour = isSky ? skyColour : isGround ? backdrop.groundColour : backdrop.wallColour
      const value = isSky ? texture : texture * shade
      background.rgb[3 * pixel] = colour[0] * value
      background.rgb[3 * pixel + 1] = colour[1] * value
      background.rgb[3 * pixel + 2] = colour[2] * value
      background.depth[pixel] = isSky ? Number.NaN : depth
      background.scene[pixel] = isSky ? sceneClass.sky : isGround ? sceneClass.ground : sceneClass.wall
    }
  }
  return background
}

/** Brightness factors; `across`, `up` and `depth` in metres. */
function wallTexture(kind: BackdropKind, across: number, up: number, grain: NoiseField): number {
  const rough = 1 + 0.22 * grain.at(across * 1.1, up * 1.1) + 0.1 * grain.at(across * 6, up * 6)
  switch (kind) {
    case 'plaster':
      return rough
    case 'bricks': {
      const course = Math.floor(up / 0.22)
      const joint = fraction(up / 0.22) < 0.16 || fraction(across / 0.5 + (course & 1) * 0.5) < 0.08
      return (joint ? 1.35 : 1) * rough
    }
    case 'windows': {
      const u = fraction(across / 1.9)
      const v = fraction(up / 2.1)
      const glass = u > 0.25 && u < 0.75 && v > 0.35 && v < 0.85
      const frame = u > 0.21 && u < 0.79 && v > 0.31 && v < 0.89
      return glass ? 0.42 + 0.25 * grain.at(across * 0.9, up * 0.9) : frame ? 1.4 : rough
    }
    case 'foliage':
      return 1 + 0.55 * grain.at(across * 1.6, up * 1.6) + 0.4 * grain.at(across * 5, up * 5)
  }
}

function groundTexture(kind: GroundKind, across: number, depth: number, grain: NoiseField): number {
  const rough = 1 + 0.12 * grain.at(across * 1.3, depth * 1.3) + 0.14 * grain.at(across * 7, depth * 7)
  switch (kind) {
    case 'asphalt':
      return rough
    case 'tiles':
      return (fraction(across / 0.8) < 0.07 || fraction(depth / 0.8) < 0.09 ? 0.7 : 1) * rough
    case 'grass':
      return 1 + 0.25 * grain.at(across * 2, depth * 2) + 0.35 * grain.at(across * 9, depth * 5)
    case 'planks':
      return (
        (fraction(across / 0.3) < 0.1 ? 0.62 : 0.92 + 0.16 * grain.at(Math.floor(across / 0.3) * 3.7, depth * 0.5)) *
        rough
      )
  }
}

function shadow({ view, footRow, footColumn }: Stage, row: number, column: number): number {
  const x = (column + 0.5 - footColumn) / (0.42 * view.scale)
  const y = (row + 0.5 - footRow) / (0.11 * view.scale)
  const distance = x * x + y * y
  return distance < 1 ? 0.55 + 0.45 * distance : 1
}

function fraction(value: number): number {
  return value - Math.floor(value)
}

/** Value noise: random numbers on a grid, interpolated; −1 … 1, repeats every 64 units. */
class NoiseField {
  private readonly grid = new Float32Array(64 * 64)

  constructor(random: Random) {
    for (let cell = 0; cell < this.grid.length; cell++) this.grid[cell] = 2 * random.uniform() - 1
  }

  at(x: number, y: number): number {
    const left = Math.floor(x)
    const top = Math.floor(y)
    const fx = x - left
    const fy = y - top
    const column = left & 63
    const next = (left + 1) & 63
    const row = (top & 63) << 6
    const below = ((top + 1) & 63) << 6
    const upper = this.grid[row | column] * (1 - fx) + this.grid[row | next] * fx
    const lower = this.grid[below | column] * (1 - fx) + this.grid[below | next] * fx
    return upper * (1 - fy) + lower * fy
  }
}
