import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { embeddingLength } from '../dataset/embedding.ts'
import { addEmbeddings, embeddedPeople, readEmbeddings } from './embeddings.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-embeddings-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const filled = (value: number): Float32Array => new Float32Array(embeddingLength).fill(value)

test('embeddings are added to those of a run, newer in place of older, apart by task', () => {
  expect(embeddedPeople(folder, 'who / else').size).toBe(0)
  expect(addEmbeddings(folder, 'who / else', Float64Array.of(7, 3), (index) => filled(index + 1))).toBe(2)
  expect(addEmbeddings(folder, 'who / else', Float64Array.of(3, 9), (index) => filled(10 + index))).toBe(1)
  const { people, vectors } = readEmbeddings(folder, 'who / else')
  expect([...people]).toEqual([7, 3, 9])
  expect([0, 1, 2].map((row) => vectors[row * embeddingLength + 5])).toEqual([1, 10, 11])
  expect(vectors.length).toBe(3 * embeddingLength)
  expect(readEmbeddings(folder, 'other').people.length).toBe(0)
})
