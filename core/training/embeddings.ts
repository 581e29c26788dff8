import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { embeddingLength } from '../dataset/embedding.ts'
import { readSafetensors, writeSafetensors } from './checkpoints/safetensors.ts'
import type { StoredArray } from './checkpoints/safetensors.ts'

/** By what a run's network compares people: a vector of length 1 for each. */
export interface Embeddings {
  /** Database ids. */
  readonly people: Float64Array
  /** [people × 128] */
  readonly vectors: Float32Array
}

const none: Embeddings = { people: new Float64Array(0), vectors: new Float32Array(0) }

/** One file a task, named by what no file system minds. */
function embeddingsFile(runFolder: string, task: string): string {
  return join(runFolder, 'embeddings', `${Buffer.from(task).toString('hex')}.safetensors`)
}

/** Those of a run and task; none where there are none. @throws MendError `checkpoint-corrupt` */
export function readEmbeddings(runFolder: string, task: string): Embeddings {
  const file = embeddingsFile(runFolder, task)
  if (!existsSync(file)) return none
  const { tensors } = readSafetensors(file)
  const [people, vectors] = [tensors.get('people'), tensors.get('vectors')]
  return people instanceof Float64Array && vectors instanceof Float32Array ? { people, vectors } : none
}

/** When the file was last written; 0 where there is none. */
export function embeddingsWritten(runFolder: string, task: string): number {
  return statSync(embeddingsFile(runFolder, task), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

export function embeddedPeople(runFolder: string, task: string): ReadonlySet<number> {
  return new Set(readEmbeddings(runFolder, task).people)
}

/**
 * Adds people's vectors to those of the run, in place of older ones, whole or not at all.
 * @param vector of the i-th of the people
 * @returns how many of the people had none before
 */
export function addEmbeddings(
  runFolder: string,
  task: string,
  people: Float64Array,
  vector: (index: number) => ArrayLike<number>,
): number {
  const known = readEmbeddings(runFolder, task)
  const placeOf = new Map(Array.from(known.people, (person, at) => [person, at]))
  const added = people.filter((person) => !placeOf.has(person))
  const all = new Float64Array(known.people.length + added.length)
  all.set(known.people)
  all.set(added, known.people.length)
  added.forEach((person, at) => placeOf.set(person, known.people.length + at))
  const vectors = new Float32Array(all.length * embeddingLength)
  vectors.set(known.vectors)
  people.forEach((person, index) => vectors.set(vector(index), (placeOf.get(person) ?? 0) * embeddingLength))
  mkdirSync(join(runFolder, 'embeddings'), { recursive: true })
  const tensors = new Map<string, StoredArray>([
    ['people', all],
    ['vectors', vectors],
  ])
  writeSafetensors(embeddingsFile(runFolder, task), { metadata: { task }, tensors })
  return added.length
}
