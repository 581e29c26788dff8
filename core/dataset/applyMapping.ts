import type { AttributesValue, Joint, LabelValue, PartsValue, VectorValue } from './label.ts'
import { notAnnotatedPart, visibility } from './label.ts'
import { extendSchema } from './extendSchema.ts'
import type { Mapping, TaskMapping } from './mapping.ts'
import { MendError } from './mendError.ts'
import { mappedNames } from './proposeMapping.ts'
import type { SourceSchema } from './record.ts'
import type { TaskSchema } from './task.ts'

export interface MappedLabel {
  /** Task of the project. */
  readonly task: string
  readonly value: LabelValue
}

/** A mapping made ready: what the project's tasks become, and a source's values in the project's words. */
export interface CompiledMapping {
  /** Tasks that the import adds or extends (at the end, so that stored values keep their meaning), by project name. */
  readonly tasks: Readonly<Record<string, TaskSchema>>
  /** Source tasks that are taken over → their name in the project. */
  readonly names: Readonly<Record<string, string>>
  /** null: the source's task is not taken over. */
  apply(sourceTask: string, value: LabelValue): MappedLabel | null
}

type Convert = (value: LabelValue) => LabelValue

/**
 * Checks a mapping against both schemas and prepares it. `namespace` goes before every identity, `namespace/name`; null:
 * identities stay as they are (a bundle's have their namespace already).
 * Throws `mapping-misfit` when it names what the source does not have, or sends two tasks or joints to one place.
 */
export function compileMapping(
  mapping: Mapping,
  source: SourceSchema,
  project: Readonly<Record<string, TaskSchema>>,
  namespace: string | null,
): CompiledMapping {
  const tasks: Record<string, TaskSchema> = {}
  const names: Record<string, string> = {}
  const converters = new Map<string, { task: string; convert: Convert }>()
  for (const [name, entry] of Object.entries(mapping.tasks)) {
    if (!Object.hasOwn(source.tasks, name)) throw misfit(`the source has no task "${name}"`)
    const schema = source.tasks[name]
    if (schema.kind !== entry.kind) throw misfit(`the source's task "${name}" is ${schema.kind}, not ${entry.kind}`)
    if (entry.to === null) continue
    if (Object.hasOwn(tasks, entry.to)) throw misfit(`two tasks of the source go to the project's "${entry.to}"`)
    const known = Object.hasOwn(project, entry.to) ? project[entry.to] : null
    if (known !== null && known.kind !== schema.kind) {
      throw misfit(`"${name}" (${schema.kind}) cannot go to the project's "${entry.to}" (${known.kind})`)
    }
    checkComponents(name, schema, entry)
    const target = extendSchema(schema, known, targetOf(entry), entry.to)
    tasks[entry.to] = target
    names[name] = entry.to
    converters.set(name, { task: entry.to, convert: converter(schema, target, entry, namespace) })
  }
  return {
    tasks,
    names,
    apply(sourceTask, value) {
      const found = converters.get(sourceTask)
      return found === undefined ? null : { task: found.task, value: found.convert(value) }
    },
  }
}

/** Source component → its names in the project, in the mapping's order. */
function targetOf(entry: TaskMapping): ReadonlyMap<string, readonly string[]> {
  const targets = new Map<string, string[]>()
  for (const component of entry.components) {
    if (component.to === null) continue
    targets.set(component.from, [...(targets.get(component.from) ?? []), component.to])
  }
  return targets
}

function checkComponents(name: string, schema: TaskSchema, entry: TaskMapping): void {
  const known = new Set(mappedNames(schema))
  const seen = new Set<string>()
  for (const { from, to, invert } of entry.components) {
    if (!known.has(from)) throw misfit(`"${name}" of the source has no "${from}"`)
    if (invert === true && schema.kind !== 'attributes')
      throw misfit(`"${from}" is no attribute: it cannot be inverted`)
    if (to === null || schema.kind === 'attributes' || schema.kind === 'parts') continue
    if (seen.has(to)) throw misfit(`two entries of "${name}" go to "${to}"`)
    seen.add(to)
  }
  if (schema.kind !== 'parts') return
  const parts = entry.components.filter((component) => component.to !== null).map((component) => component.from)
  if (new Set(parts).size !== parts.length) throw misfit(`"${name}": a part of the source can go to one part only`)
}

function converter(schema: TaskSchema, target: TaskSchema, entry: TaskMapping, namespace: string | null): Convert {
  switch (schema.kind) {
    case 'attributes':
      return attributesConverter(schema.attributes, mappedNames(target), entry)
    case 'keypoints':
      return keypointsConverter(schema.joints, mappedNames(target), entry)
    case 'parts':
      return partsConverter(schema.parts, mappedNames(target), entry)
    case 'vector':
      return vectorConverter(schema.components, mappedNames(target), entry)
    case 'identity':
      return (value) => {
        if (value.kind !== 'identity') throw wrongKind('identity', value)
        if (value.identity === null || namespace === null) return value
        return { ...value, identity: `${namespace}/${value.identity}` }
      }
    case 'depth':
      return (value) => {
        if (value.kind !== 'depth') throw wrongKind('depth', value)
        return value
      }
    case 'normals':
      return (value) => {
        if (value.kind !== 'normals') throw wrongKind('normals', value)
        return value
      }
  }
}

/**
 * An attribute that several map to is yes when one of them is, no when all are, else not annotated: an unknown among
 * them never makes a no.
 */
function attributesConverter(from: readonly string[], to: readonly string[], entry: TaskMapping): Convert {
  const inputs = to.map((name) =>
    entry.components
      .filter((component) => component.to === name)
      .map((component) => ({ index: from.indexOf(component.from), invert: component.invert === true })),
  )
  return (value): AttributesValue => {
    if (value.kind !== 'attributes') throw wrongKind('attributes', value)
    const values = inputs.map((sources) => {
      const given = sources.map(({ index, invert }) => {
        const answer = value.values[index] ?? null
        return answer !== null && invert ? !answer : answer
      })
      if (given.includes(true)) return true
      return given.length > 0 && given.every((answer) => answer === false) ? false : null
    })
    return { kind: 'attributes', values }
  }
}

function keypointsConverter(from: readonly string[], to: readonly string[], entry: TaskMapping): Convert {
  const order = sourceIndices(from, to, entry)
  const missing: Joint = { x: 0, y: 0, v: visibility.notAnnotated }
  return (value) => {
    if (value.kind !== 'keypoints') throw wrongKind('keypoints', value)
    return { kind: 'keypoints', joints: order.map((index) => (index < 0 ? missing : value.joints[index])) }
  }
}

function vectorConverter(from: readonly string[], to: readonly string[], entry: TaskMapping): Convert {
  const order = sourceIndices(from, to, entry)
  return (value): VectorValue => {
    if (value.kind !== 'vector') throw wrongKind('vector', value)
    const values = Float32Array.from(order, (index) => (index < 0 ? Number.NaN : value.values[index]))
    return { kind: 'vector', values }
  }
}

/** A part that is not taken over becomes "not annotated", never background: nobody said that nothing is there. */
function partsConverter(from: readonly string[], to: readonly string[], entry: TaskMapping): Convert {
  const table = new Uint8Array(256).fill(notAnnotatedPart)
  for (const component of entry.components) {
    if (component.to !== null) table[from.indexOf(component.from)] = to.indexOf(component.to)
  }
  return (value): PartsValue => {
    if (value.kind !== 'parts') throw wrongKind('parts', value)
    const data = new Uint8Array(value.data.length)
    for (let pixel = 0; pixel < data.length; pixel++) data[pixel] = table[value.data[pixel]]
    return { ...value, data }
  }
}

function sourceIndices(from: readonly string[], to: readonly string[], entry: TaskMapping): number[] {
  return to.map((name) => {
    const component = entry.components.find((candidate) => candidate.to === name)
    return component === undefined ? -1 : from.indexOf(component.from)
  })
}

function wrongKind(kind: string, value: LabelValue): MendError {
  return new MendError('label-wrong-kind', `a ${kind} label has a ${value.kind} value`, 'The importer is at fault.')
}

function misfit(what: string): MendError {
  const hint = 'Correct the mapping file: `mend import --dry-run` prints the one that fits the source.'
  return new MendError('mapping-misfit', `the mapping does not fit: ${what}`, hint)
}
