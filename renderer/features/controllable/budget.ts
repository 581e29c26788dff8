/** Multiply–adds of an image, as people write and drag them. */

const letters: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 }
const steps = ['', ' K', ' M', ' G', ' T'] as const

function marksOf(locale: string | undefined): { readonly decimal: string; readonly group: string } {
  const parts = new Intl.NumberFormat(locale).formatToParts(1234567.8)
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? ''
  return { decimal: part('decimal'), group: part('group') }
}

/**
 * "20M", "1.5 g", "800 000": multiply–adds in the user's notation. A point is a decimal mark wherever it does not group
 * thousands.
 *
 * @returns null where it is no number above 0.
 */
export function parseMacs(text: string, locale?: string): number | null {
  const { decimal, group } = marksOf(locale)
  const bare = text
    .replace(/\s|macs?$/gi, '')
    .split(group.trim() === '' ? ' ' : group)
    .join('')
    .split(decimal)
    .join('.')
  const found = /^(\d+(?:\.\d+)?|\.\d+)([kmgt]?)$/i.exec(bare)
  if (found === null) return null
  const value = Number(found[1]) * letters[found[2].toLowerCase()]
  return Number.isFinite(value) && value > 0 ? value : null
}

/** 20100000 → "20.1 M"; so many significant digits, in the user's locale. */
export function formatMacs(value: number, digits = 3, locale?: string): string {
  if (!Number.isFinite(value)) return '–'
  const at = value < 1 ? 0 : Math.min(steps.length - 1, Math.floor(Math.log10(value) / 3))
  const rounded = Number((value / 1000 ** at).toPrecision(digits))
  const [shown, step] = rounded >= 1000 && at < steps.length - 1 ? [rounded / 1000, at + 1] : [rounded, at]
  return `${new Intl.NumberFormat(locale, { maximumSignificantDigits: digits }).format(shown)}${steps[step]}`
}

/** A budget as text that reads back as no less: rounded up. */
export function writeBudget(value: number, locale?: string): string {
  const at = value < 1 ? 0 : Math.min(steps.length - 1, Math.floor(Math.log10(value) / 3))
  const shown = value / 1000 ** at
  const digits = 4 - Math.max(1, Math.ceil(Math.log10(shown + 1e-9)))
  const raised = Math.ceil(Number((shown * 10 ** digits).toPrecision(12))) / 10 ** digits
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }).format(raised)}${steps[at]}`
}

/** How a slider of budgets is divided. */
export interface BudgetScale {
  readonly least: number
  readonly most: number
  readonly logarithmic: boolean
}

/** Below this share of the least network the slider ends: enough to see that nothing can be had there. */
const belowLeast = 0.7
/** From this span on equal steps would leave the small networks hardly any room. */
const wide = 6

/** From somewhat below the least network to the largest. */
export function budgetScale(minimumMacs: number, maximumMacs: number): BudgetScale {
  const most = Math.max(minimumMacs, maximumMacs)
  const least = belowLeast * minimumMacs
  return { least, most, logarithmic: most / minimumMacs >= wide }
}

/** Where a budget stands on the slider, 0 … 1; beyond its ends at the end. */
export function positionOf(budget: number, { least, most, logarithmic }: BudgetScale): number {
  const share = logarithmic ? Math.log(budget / least) / Math.log(most / least) : (budget - least) / (most - least)
  return Math.min(1, Math.max(0, share))
}

/** The budget at a place of the slider; the ends are exact. */
export function budgetAt(position: number, { least, most, logarithmic }: BudgetScale): number {
  if (position >= 1) return most
  if (position <= 0) return least
  return Math.round(logarithmic ? least * (most / least) ** position : least + (most - least) * position)
}
