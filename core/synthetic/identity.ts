import type { Random } from './random.ts'
import { shapeNames, type BodyShape } from './skeleton.ts'

/** Linear-ish RGB, 0 … 1 each. */
export type Colour = readonly [number, number, number]

export const patterns = ['plain', 'stripes', 'bands', 'checks', 'dots'] as const
export type Pattern = (typeof patterns)[number]

export interface Cloth {
  readonly pattern: Pattern
  readonly colour: Colour
  /** Second colour of a pattern. */
  readonly accent: Colour
  /** Metres between repetitions. */
  readonly period: number
}

export type TopStyle = 'vest' | 'shirt' | 'sweater' | 'coat'
export type BottomStyle = 'trousers' | 'shorts' | 'skirt'
export type HairStyle = 'bald' | 'short' | 'bob' | 'long' | 'bun'

/** What stays the same on every picture of a person: shape, clothes, hair, skin and bag. */
export interface Appearance {
  readonly shape: BodyShape
  readonly bust: boolean
  readonly skin: Colour
  readonly hair: HairStyle
  readonly hairColour: Colour
  readonly hat: Colour | null
  readonly glasses: boolean
  readonly top: TopStyle
  readonly topCloth: Cloth
  readonly bottom: BottomStyle
  readonly bottomCloth: Cloth
  readonly shoes: Colour
  readonly backpack: Colour | null
  readonly handbag: { readonly colour: Colour; readonly side: 'left' | 'right' } | null
}

const skins: readonly Colour[] = [
  [0.95, 0.79, 0.68],
  [0.89, 0.7, 0.57],
  [0.78, 0.58, 0.44],
  [0.62, 0.44, 0.32],
  [0.45, 0.31, 0.23],
  [0.33, 0.22, 0.16],
]
const hairColours: readonly Colour[] = [
  [0.08, 0.07, 0.07],
  [0.16, 0.1, 0.07],
  [0.33, 0.2, 0.12],
  [0.52, 0.35, 0.18],
  [0.8, 0.66, 0.4],
  [0.5, 0.22, 0.1],
  [0.6, 0.6, 0.6],
]
const bottomColours: readonly Colour[] = [
  [0.16, 0.22, 0.38],
  [0.25, 0.34, 0.5],
  [0.12, 0.12, 0.14],
  [0.35, 0.35, 0.36],
  [0.6, 0.52, 0.4],
  [0.42, 0.3, 0.2],
  [0.3, 0.34, 0.24],
  [0.75, 0.74, 0.7],
]

/** The ten attributes; `appearanceAttributes` answers them in this order. */
export const attributeNames = [
  'long hair',
  'hat',
  'glasses',
  'long sleeves',
  'coat',
  'patterned top',
  'dark top',
  'bare legs',
  'backpack',
  'handbag',
] as const
export type AttributeName = (typeof attributeNames)[number]

/** Draws a person's appearance; hair, bust and skirts go together more often than not, as they do on a street. */
export function drawAppearance(random: Random): Appearance {
  const feminine = random.chance(0.5)
  const shape = shapeNames.map(() => clamp(0.5 * random.normal(), -1, 1))
  const top = random.pick<TopStyle>(['vest', 'shirt', 'shirt', 'sweater', 'sweater', 'coat'])
  const bottom = feminine
    ? random.pick<BottomStyle>(['trousers', 'trousers', 'skirt', 'skirt', 'shorts'])
    : random.pick<BottomStyle>(['trousers', 'trousers', 'trousers', 'shorts'])
  const hair = feminine
    ? random.pick<HairStyle>(['bob', 'long', 'long', 'bun', 'short'])
    : random.pick<HairStyle>(['short', 'short', 'short', 'bald', 'bob'])
  const topCloth = drawTopCloth(random)
  const dress = bottom === 'skirt' && random.chance(0.4)
  return {
    shape,
    bust: feminine,
    skin: random.pick(skins),
    hair,
    hairColour: random.pick(hairColours),
    hat: random.chance(0.18) ? brightColour(random) : null,
    glasses: random.chance(0.25),
    top,
    topCloth,
    bottom,
    bottomCloth: dress ? topCloth : drawBottomCloth(bottom, random),
    shoes: random.pick<Colour>([
      [0.1, 0.1, 0.1],
      [0.88, 0.88, 0.86],
      [0.36, 0.22, 0.13],
      [0.7, 0.15, 0.13],
    ]),
    backpack: random.chance(0.22) ? brightColour(random) : null,
    handbag: random.chance(0.25)
      ? { colour: brightColour(random), side: random.pick(['left', 'right'] as const) }
      : null,
  }
}

/** What is true of the person, whether or not a picture shows it. */
export function appearanceAttributes(person: Appearance): Record<AttributeName, boolean> {
  return {
    'long hair': person.hair === 'long',
    hat: person.hat !== null,
    glasses: person.glasses,
    'long sleeves': person.top === 'sweater' || person.top === 'coat',
    coat: person.top === 'coat',
    'patterned top': person.topCloth.pattern !== 'plain',
    'dark top': luminance(person.topCloth.colour) < 0.3,
    'bare legs': person.bottom !== 'trousers',
    backpack: person.backpack !== null,
    handbag: person.handbag !== null,
  }
}

function drawTopCloth(random: Random): Cloth {
  const colour = random.chance(0.3) ? dim(brightColour(random), 0.3) : brightColour(random)
  const pattern = random.pick<Pattern>(['plain', 'plain', 'plain', 'stripes', 'bands', 'checks', 'dots'])
  const light = luminance(colour) < 0.45
  const accent: Colour = random.chance(0.6)
    ? light
      ? [0.92, 0.92, 0.9]
      : dim(colour, 0.35)
    : contrasting(brightColour(random), light)
  return { pattern, colour, accent, period: random.between(0.075, 0.13) }
}

function drawBottomCloth(bottom: BottomStyle, random: Random): Cloth {
  const colour = bottom === 'skirt' ? brightColour(random) : random.pick(bottomColours)
  const pattern = bottom === 'skirt' && random.chance(0.3) ? random.pick<Pattern>(['checks', 'bands', 'dots']) : 'plain'
  return { pattern, colour, accent: dim(colour, 0.45), period: random.between(0.08, 0.13) }
}

/** Hue anywhere, saturation and value as dyed cloth has them; one in four is a shade of grey. */
function brightColour(random: Random): Colour {
  const value = random.between(0.35, 0.95)
  const saturation = random.chance(0.25) ? random.between(0, 0.08) : random.between(0.35, 0.85)
  const hue = random.between(0, 6)
  const channel = (offset: number): number => {
    const k = (offset + hue) % 6
    return value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1))
  }
  return [channel(5), channel(3), channel(1)]
}

function contrasting(colour: Colour, light: boolean): Colour {
  return light ? [0.4 + 0.6 * colour[0], 0.4 + 0.6 * colour[1], 0.4 + 0.6 * colour[2]] : dim(colour, 0.5)
}

function dim([red, green, blue]: Colour, factor: number): Colour {
  return [red * factor, green * factor, blue * factor]
}

function luminance([red, green, blue]: Colour): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
