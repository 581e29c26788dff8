import { MendError } from './mendError.ts'
import { mappedNames } from './proposeMapping.ts'
import { extendedTemplate } from './skeletonTemplate.ts'
import type { KeypointsSchema, PartsSchema, TaskSchema, VectorSchema } from './task.ts'

/** Parts are bytes, and 255 is "not annotated". */
const maximumParts = 255

type Targets = ReadonlyMap<string, readonly string[]>

/**
 * The project's task after a source was mapped onto it: what it has stays in its place, and new components follow.
 * `known` null: the task is new. `targets`: source component → names in the project. Throws `mapping-misfit`.
 */
export function extendSchema(source: TaskSchema, known: TaskSchema | null, targets: Targets, name: string): TaskSchema {
  const fresh = [...targets.values()].flat()
  const old = known === null ? [] : mappedNames(known)
  const names = [...old, ...[...new Set(fresh)].filter((component) => !old.includes(component))]
  switch (source.kind) {
    case 'attributes':
      return { kind: 'attributes', attributes: names }
    case 'keypoints':
      return extendKeypoints(source, known?.kind === 'keypoints' ? known : null, targets, names)
    case 'parts':
      return extendParts(source, known?.kind === 'parts' ? known : null, targets, names, name)
    case 'vector':
      return extendVector(source, known?.kind === 'vector' ? known : null, targets, name)
    case 'identity':
    case 'normals':
      return source
    case 'depth':
      if (known?.kind === 'depth' && known.unit !== source.unit) {
        throw misfit(`"${name}" is in ${known.unit}, the source in ${source.unit}; map it to a task of its own`)
      }
      return source
  }
}

function extendKeypoints(
  source: KeypointsSchema,
  known: KeypointsSchema | null,
  targets: Targets,
  joints: readonly string[],
): KeypointsSchema {
  const position = positions(source.joints, targets, joints)
  const edges = known === null ? [] : [...known.edges]
  const oldJoints = known?.joints.length ?? 0
  for (const [a, b] of source.edges) {
    const [from, to] = [position(a), position(b)]
    // Among the project's own joints its own edges are enough.
    if (from < 0 || to < 0 || (from < oldJoints && to < oldJoints)) continue
    edges.push([from, to])
  }
  const flip = extendFlip(source.flip, known?.flip ?? [], position, joints.length)
  const extended: KeypointsSchema = { kind: 'keypoints', joints, edges, flip }
  return known === null ? extended : extendedTemplate(known, extended)
}

function extendParts(
  source: PartsSchema,
  known: PartsSchema | null,
  targets: Targets,
  parts: readonly string[],
  name: string,
): PartsSchema {
  const background = targets.get(source.parts[0])
  if (background !== undefined && background[0] !== parts[0]) {
    throw misfit(`"${name}": the source's background "${source.parts[0]}" has to go to "${parts[0]}"`)
  }
  if (parts.length > maximumParts)
    throw misfit(`"${name}" would have ${parts.length} parts; a mask holds ${maximumParts}`)
  const position = positions(source.parts, targets, parts)
  return { kind: 'parts', parts, flip: extendFlip(source.flip, known?.flip ?? [], position, parts.length) }
}

/** A vector's components mean something together: the project's task has all of them or none. */
function extendVector(source: VectorSchema, known: VectorSchema | null, targets: Targets, name: string): VectorSchema {
  if (known !== null) {
    const foreign = [...targets.values()].flat().find((component) => !known.components.includes(component))
    if (foreign !== undefined) throw misfit(`"${name}" has no component "${foreign}", and vectors cannot be extended`)
    return known
  }
  const components = source.components.map((component) => targets.get(component)?.[0])
  if (components.some((component) => component === undefined)) {
    throw misfit(`"${name}" is new: all components of a vector have to be taken over`)
  }
  return { ...source, components: components.filter((component) => component !== undefined) }
}

/** Source index → index in the project, −1 when not taken over. */
function positions(from: readonly string[], targets: Targets, to: readonly string[]): (index: number) => number {
  const table = from.map((name) => {
    const target = targets.get(name)?.[0]
    return target === undefined ? -1 : to.indexOf(target)
  })
  return (index) => table[index]
}

/** What the project already pairs stays; new components take the source's pairs where both ends are free. */
function extendFlip(
  source: readonly number[],
  known: readonly number[],
  position: (index: number) => number,
  length: number,
): number[] {
  const flip = Array.from({ length }, (_, index) => known[index] ?? index)
  for (const [index, partner] of source.entries()) {
    const [a, b] = [position(index), position(partner)]
    if (a < 0 || b < 0 || flip[a] !== a || flip[b] !== b) continue
    flip[a] = b
    flip[b] = a
  }
  return flip
}

function misfit(what: string): MendError {
  const hint = 'Correct the mapping file: `mend import --dry-run` prints the one that fits the source.'
  return new MendError('mapping-misfit', `the mapping does not fit: ${what}`, hint)
}
