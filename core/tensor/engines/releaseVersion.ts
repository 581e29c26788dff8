/**
 * Versions and ranges of the Python package index (PEP 440), as far as released wheels use them: numbers with dots, `.postN`
 * and an epoch never seen among them. Pre-releases are no candidates, as for pip.
 */

/** The numbers of a final release, `null` for pre-releases, local builds and what is no version. */
export function releaseNumbers(version: string): readonly number[] | null {
  const match = /^v?(\d+(?:\.\d+)*)(?:\.post(\d+))?$/.exec(version.trim())
  if (match === null) return null
  return match[1].split('.').map(Number)
}

/** Negative where a is before b; missing numbers count as 0, and a post-release comes after its release. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [releaseNumbers(a) ?? [], releaseNumbers(b) ?? []]
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0)
    if (difference !== 0) return difference
  }
  return postNumber(a) - postNumber(b)
}

function postNumber(version: string): number {
  return Number(/\.post(\d+)$/.exec(version.trim())?.[1] ?? -1)
}

/**
 * Whether a version is within a range such as `<13.0,>=12.5.3.2`; an empty range has every version.
 * @throws RangeError for a clause that is none of ==, !=, <, <=, >, >=, ~=.
 */
export function isWithin(version: string, range: string): boolean {
  return range
    .split(',')
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '')
    .every((clause) => satisfies(version, clause))
}

function satisfies(version: string, clause: string): boolean {
  const match = /^(===|==|!=|<=|>=|~=|<|>)\s*([\w.*+!-]+)$/.exec(clause)
  if (match === null) throw new RangeError(`"${clause}" is no range of versions`)
  const [, operator, bound] = match
  if (bound.endsWith('.*')) {
    const isPrefixed = hasPrefix(version, bound.slice(0, -2))
    if (operator === '==') return isPrefixed
    if (operator === '!=') return !isPrefixed
    throw new RangeError(`"${clause}" is no range of versions`)
  }
  const order = compareVersions(version, bound)
  switch (operator) {
    case '===':
    case '==':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    default: {
      // ~=1.4.2 is at least that, and 1.4 with anything after it.
      const prefix = bound.split('.').slice(0, -1).join('.')
      return order >= 0 && hasPrefix(version, prefix)
    }
  }
}

function hasPrefix(version: string, prefix: string): boolean {
  const numbers = releaseNumbers(version) ?? []
  return prefix.split('.').every((number, at) => (numbers[at] ?? 0) === Number(number))
}
