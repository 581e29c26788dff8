const sides: readonly (readonly [RegExp, string])[] = [
  [/\bleft\b/i, 'right'],
  [/\bright\b/i, 'left'],
  [/^l\b/i, 'r'],
  [/^r\b/i, 'l'],
]

/** Words apart: `leftArm`, `left_arm` and `Left-arm` are all `left arm`. */
const spaced = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_\-.]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()

/**
 * For each name the index of the name with the other side (`left_knee` ↔ `right_knee`, `L ankle` ↔ `R ankle`), itself
 * where there is none: the pairs that change places in a mirrored picture. Always an involution.
 */
export function flipByName(names: readonly string[]): number[] {
  const flip = names.map((_, index) => index)
  const indexOf = new Map(names.map((name, index) => [spaced(name), index]))
  names.forEach((name, index) => {
    if (flip[index] !== index) return
    const own = spaced(name)
    const side = sides.find(([pattern]) => pattern.test(own))
    if (side === undefined) return
    const other = indexOf.get(own.replace(side[0], side[1]))
    if (other === undefined || other === index || flip[other] !== other) return
    flip[index] = other
    flip[other] = index
  })
  return flip
}
