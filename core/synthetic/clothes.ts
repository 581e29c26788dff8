import type { Appearance } from './identity.ts'
import type { Material } from './primitive.ts'

/** What covers which part of the body, and how far it stands off (metres). */
export interface Clothes {
  readonly top: Material
  readonly bottom: Material
  readonly skin: Material
  readonly shoes: Material
  readonly sleeve: 'none' | 'short' | 'long'
  /** `bare`: under a skirt. */
  readonly legs: 'long' | 'short' | 'bare'
  readonly topEase: number
}

export function clothesOf(person: Appearance): Clothes {
  const sleeves = { vest: 'none', shirt: 'short', sweater: 'long', coat: 'long' } as const
  const legs = { trousers: 'long', shorts: 'short', skirt: 'bare' } as const
  return {
    top: { kind: 'cloth', cloth: person.topCloth },
    bottom: { kind: 'cloth', cloth: person.bottomCloth },
    skin: { kind: 'solid', colour: person.skin, grain: 0 },
    shoes: { kind: 'solid', colour: person.shoes, grain: 0 },
    sleeve: sleeves[person.top],
    legs: legs[person.bottom],
    topEase: person.top === 'coat' ? 0.018 : person.top === 'sweater' ? 0.008 : 0.003,
  }
}
