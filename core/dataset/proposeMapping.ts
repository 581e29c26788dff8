import type { ComponentMapping, Mapping, TaskMapping } from './mapping.ts'
import { matchNames, synonymGroups, type NameMatch, type SynonymTable } from './nameMatch.ts'
import type { SourceSchema } from './record.ts'
import type { TaskKind, TaskSchema } from './task.ts'

type Groups = ReadonlyMap<string, number>

/** Names that a mapping speaks of: joints, attributes, parts, components. */
export function mappedNames(schema: TaskSchema): readonly string[] {
  switch (schema.kind) {
    case 'attributes':
      return schema.attributes
    case 'keypoints':
      return schema.joints
    case 'parts':
      return schema.parts
    case 'vector':
      return schema.components
    case 'identity':
    case 'depth':
    case 'normals':
      return []
  }
}

/**
 * Proposes how a source maps to the project: a source's task goes to the project's task of the same kind that shares most
 * with it, or becomes a task of its own. Same names and synonyms are proposed as they are; a name that is merely close is
 * marked doubtful and has to be confirmed; a name that nothing resembles is `new` and extends the task.
 */
export function proposeMapping(
  source: SourceSchema,
  project: Readonly<Record<string, TaskSchema>>,
  synonyms: SynonymTable,
): Mapping {
  const groups = synonymGroups(synonyms)
  const taken = new Set<string>()
  const tasks: Record<string, TaskMapping> = {}
  for (const [name, schema] of Object.entries(source.tasks)) {
    const target = chooseTask(name, schema, project, taken, groups)
    if (target.to !== null) taken.add(target.to)
    const to = target.to ?? freeName(name, new Set([...Object.keys(project), ...taken]))
    taken.add(to)
    const tagList = source.tagLists[name] as SourceSchema['tagLists'][string] | undefined
    tasks[name] = {
      kind: schema.kind,
      to,
      confidence: target.confidence,
      reason: target.reason,
      ...(tagList && { exhaustive: tagList.exhaustive, exhaustiveReason: tagList.reason }),
      components: proposeComponents(
        schema.kind,
        mappedNames(schema),
        target.to === null ? null : mappedNames(project[target.to]),
        groups,
      ),
    }
  }
  return { version: 1, format: source.format, tasks }
}

interface Target {
  /** null: becomes a new task. */
  readonly to: string | null
  readonly confidence: number
  readonly reason: NameMatch['reason']
}

function chooseTask(
  name: string,
  schema: TaskSchema,
  project: Readonly<Record<string, TaskSchema>>,
  taken: ReadonlySet<string>,
  groups: Groups,
): Target {
  const candidates = Object.entries(project)
    .filter(([candidate, target]) => !taken.has(candidate) && target.kind === schema.kind)
    .map(([candidate, target]) => ({ candidate, share: sharedNames(schema, target, groups) }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share || Number(b.candidate === name) - Number(a.candidate === name))
  const best = candidates.at(0)
  if (best === undefined) return { to: null, confidence: 1, reason: 'new' }
  const twin = candidates.length > 1 && candidates[1].share === best.share && best.candidate !== name
  if (twin) return { to: best.candidate, confidence: best.share, reason: 'doubtful' }
  return { to: best.candidate, confidence: best.share, reason: best.candidate === name ? 'exact' : 'synonym' }
}

/** 0: nothing in common (a task of its own is then proposed). 1: every name of the smaller is in the larger. */
function sharedNames(source: TaskSchema, target: TaskSchema, groups: Groups): number {
  if (source.kind === 'identity' || source.kind === 'normals') return 1
  if (source.kind === 'depth') return target.kind === 'depth' && target.unit === source.unit ? 1 : 0
  const from = mappedNames(source)
  const to = mappedNames(target)
  if (source.kind === 'vector') return sameNames(from, to) ? 1 : 0
  // Every parts task has a background: it alone is nothing in common.
  const skip = source.kind === 'parts' ? 1 : 0
  const matches = matchNames(from.slice(skip), to.slice(skip), groups)
  const shared = matches.filter((match) => match.reason === 'exact' || match.reason === 'synonym').length
  const smaller = Math.min(from.length, to.length) - skip
  return smaller <= 0 ? 0 : shared / smaller
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name))
}

/** Proposes a task's names: `from` the source's, `to` those of the project's task, null where it is new. */
export function proposeComponents(
  kind: TaskKind,
  from: readonly string[],
  to: readonly string[] | null,
  groups: Groups,
): ComponentMapping[] {
  if (to === null) return from.map((name) => ({ from: name, to: name, confidence: 1, reason: 'new' }))
  // The background is always part 0, whatever it is called.
  const fixed = kind === 'parts' ? 1 : 0
  const background = from.slice(0, fixed).map((name): ComponentMapping => {
    return { from: name, to: to[0], confidence: 1, reason: name === to[0] ? 'exact' : 'synonym' }
  })
  const used = new Set(to)
  const rest = matchNames(from.slice(fixed), to.slice(fixed), groups).map((match, index): ComponentMapping => {
    const name = from[index + fixed]
    if (match.to !== null) return { from: name, to: to[match.to + fixed], ...detail(match) }
    const free = freeName(name, used)
    used.add(free)
    return { from: name, to: free, ...detail(match) }
  })
  return [...background, ...rest]
}

function detail(match: NameMatch): { confidence: number; reason: NameMatch['reason'] } {
  return { confidence: Math.round(match.confidence * 100) / 100, reason: match.reason }
}

function freeName(wanted: string, used: ReadonlySet<string>): string {
  let name = wanted
  for (let next = 2; used.has(name); next++) name = `${wanted}-${next}`
  return name
}
