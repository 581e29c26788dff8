import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { unpackEntries } from './unpackWheel.ts'

let folder = ''

beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mend-wheel-'))))
afterEach(() => fs.rmSync(folder, { recursive: true }))

async function archive(entries: Readonly<Record<string, string>>): Promise<string> {
  const zip = new ZipFile()
  for (const [name, text] of Object.entries(entries)) zip.addBuffer(Buffer.from(text), name)
  zip.end()
  const file = path.join(folder, 'a.whl')
  await pipeline(zip.outputStream, fs.createWriteStream(file))
  return file
}

const keepLibrary = (name: string) => (name.endsWith('.so') ? `lib/${path.basename(name)}` : null)
const silent = () => undefined
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

test('only what is wanted is unpacked, with its size and hash', async () => {
  const file = await archive({ 'tensorflow/a.so': 'library', 'tensorflow/big.py': 'x'.repeat(1000) })
  const progress: [number, number][] = []
  const files = await unpackEntries(file, path.join(folder, 'out'), keepLibrary, 100, (...step) => progress.push(step))
  expect([...files]).toEqual([['lib/a.so', { bytes: 7, sha256: sha256('library') }]])
  expect(fs.readFileSync(path.join(folder, 'out/lib/a.so'), 'utf8')).toBe('library')
  expect(progress.at(-1)).toEqual([7, 7])
})

test('a file that an interrupted run finished is not unpacked again, half a file is', async () => {
  const file = await archive({ 'a.so': 'library', 'b.so': 'second' })
  const out = path.join(folder, 'out', 'lib')
  fs.mkdirSync(out, { recursive: true })
  fs.writeFileSync(path.join(out, 'a.so'), 'library')
  fs.writeFileSync(path.join(out, 'b.so.part'), 'sec')
  const before = fs.statSync(path.join(out, 'a.so')).mtimeMs
  const files = await unpackEntries(file, path.join(folder, 'out'), keepLibrary, 100, silent)
  expect(fs.statSync(path.join(out, 'a.so')).mtimeMs).toBe(before)
  expect(files.get('lib/a.so')).toEqual({ bytes: 7, sha256: sha256('library') })
  expect(fs.readdirSync(out).sort()).toEqual(['a.so', 'b.so'])
  expect(fs.readFileSync(path.join(out, 'b.so'), 'utf8')).toBe('second')
})

test('an archive that would unpack to more than the cap is refused before anything is written', async () => {
  const file = await archive({ 'a.so': '0'.repeat(100_000) })
  const unpacking = unpackEntries(file, path.join(folder, 'out'), keepLibrary, 99_999, silent)
  await expect(unpacking).rejects.toMatchObject({ code: 'wheel-damaged' })
  expect(fs.existsSync(path.join(folder, 'out'))).toBe(false)
})

test('a cut or altered archive is reported by name', async () => {
  const file = await archive({ 'a.so': 'some library content'.repeat(500) })
  const bytes = fs.readFileSync(file)
  bytes.fill(0xff, 60, 90)
  fs.writeFileSync(file, bytes)
  const altered = unpackEntries(file, path.join(folder, 'out'), keepLibrary, 1e6, silent)
  await expect(altered).rejects.toMatchObject({
    code: 'wheel-damaged',
    message: expect.stringContaining('a.whl') as string,
  })
  fs.writeFileSync(file, bytes.subarray(0, bytes.length / 2))
  const cut = unpackEntries(file, path.join(folder, 'out'), keepLibrary, 1e6, silent)
  await expect(cut).rejects.toMatchObject({ code: 'wheel-damaged' })
})
