import { normaliseProject } from './wheelName.ts'

/** A project that a wheel asks for, and which of its versions. */
export interface Requirement {
  readonly project: string
  /** As in `<13.0,>=12.5.3.2`; empty for any. */
  readonly range: string
}

/** What markers of requirements (PEP 508) may ask about. */
export type MarkerValues = Readonly<Record<string, string>>

/**
 * What a wheel's METADATA asks for under an extra (`Requires-Dist: … ; extra == "and-cuda"`), on the machine that `values`
 * describes.
 */
export function extraRequirements(metadata: string, extra: string, values: MarkerValues): Requirement[] {
  const header = metadata.split(/\r?\n\r?\n/)[0]
  return [...header.matchAll(/^Requires-Dist:\s*(.+)$/gim)].flatMap(([, line]) => {
    const [requirement, marker = ''] = splitAtFirst(line, ';')
    const match = /^([\w.-]+)(?:\[[^\]]*\])?\s*\(?([^)]*)\)?$/.exec(requirement.trim())
    if (match === null || !/\bextra\b/.test(marker)) return []
    if (!holds(marker, { ...values, extra })) return []
    return [{ project: normaliseProject(match[1]), range: match[2].replaceAll(/\s/g, '') }]
  })
}

function splitAtFirst(line: string, mark: string): [string, string?] {
  const at = line.indexOf(mark)
  return at < 0 ? [line] : [line.slice(0, at), line.slice(at + 1)]
}

/** Markers joined by `and` and `or`, without nesting: those are what wheels of libraries use. */
function holds(marker: string, values: MarkerValues): boolean {
  return marker
    .replaceAll(/[()]/g, ' ')
    .split(/\s+or\s+/)
    .some((choice) => choice.split(/\s+and\s+/).every((clause) => clauseHolds(clause.trim(), values)))
}

function clauseHolds(clause: string, values: MarkerValues): boolean {
  const match = /^(\w+)\s*(==|!=)\s*["']([^"']*)["']$/.exec(clause)
  if (match === null) return false
  const [, name, operator, wanted] = match
  return ((values[name] ?? '') === wanted) === (operator === '==')
}
