import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scanJsonArrays } from './jsonArrays.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mend-scan-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function scan(text: string | Buffer) {
  const file = path.join(folder, 'file.json')
  await writeFile(file, text)
  const entries: { readonly key: string; readonly offset: number; readonly text: string }[] = []
  const { keys } = await scanJsonArrays(file, new Set(['images', 'annotations']), ({ key, offset, bytes }) =>
    entries.push({ key, offset, text: bytes.toString('utf8') }),
  )
  return { keys, entries }
}

describe('scanning a JSON object', () => {
  test('gives the entries of the wanted lists with their byte positions, whatever stands between', async () => {
    const { keys, entries } = await scan(
      '{"info":{"images":[1,{}]},"annotations":[{"a":"]}\\""} , 2],"x":null, "images":[ ]}',
    )
    expect(entries).toEqual([
      { key: 'annotations', offset: 41, text: '{"a":"]}\\""}' },
      { key: 'annotations', offset: 56, text: '2' },
    ])
    expect([...keys]).toEqual([
      ['info', 'other'],
      ['annotations', 'array'],
      ['x', 'other'],
      ['images', 'array'],
    ])
  })

  test('finds in any JSON what JSON.parse finds', async () => {
    const values = fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(
        values,
        fc.jsonValue(),
        values,
        fc.constantFrom(undefined, 2),
        async (images, other, rest, indent) => {
          const { entries } = await scan(
            JSON.stringify({ images, 'odd "key"': other, annotations: rest }, null, indent),
          )
          const parsed = (key: string) =>
            entries.filter((entry) => entry.key === key).map((entry) => JSON.parse(entry.text))
          // JSON has no -0, so the drawn values are compared as JSON gives them back.
          expect(parsed('images')).toEqual(JSON.parse(JSON.stringify(images)))
          expect(parsed('annotations')).toEqual(JSON.parse(JSON.stringify(rest)))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('joins entries that lie across the blocks in which the file is read', async () => {
    const long = 'ü\\"'.repeat(400_000)
    const { entries } = await scan(`{"images":[{"pad":"${long}"},{"id":7}],"annotations":[]}`)
    expect(entries.map((entry) => entry.text.length)).toEqual([10 + 1_200_000, 8])
    expect(JSON.parse(entries[1].text)).toEqual({ id: 7 })
  })

  test('reads past a byte order mark', async () => {
    expect((await scan('\ufeff{"images":[1]}')).entries).toEqual([{ key: 'images', offset: 14, text: '1' }])
  })

  test.each([
    ['', 0, 'ends inside'],
    ['[]', 0, 'expected an object'],
    ['{"images":[{"id":1}', 19, 'ends inside'],
    ['{"images":[{"id":1]]}', 18, 'closes nothing'],
    ['{"images":[1 2]}', 13, 'expected "," or "]"'],
    ['{"images":[1,]}', 13, 'closes nothing'],
    ['{"images" [1]}', 10, 'expected ":"'],
    ['{"images":[1]} x', 15, 'expected the end of the file'],
    [`{"images":${'['.repeat(100_000)}`, 75, 'nested more than 64 deep'],
  ])('of %j… is refused at byte %i', async (text, offset, found) => {
    await expect(scan(text)).rejects.toMatchObject({
      code: 'json-damaged',
      message: expect.stringContaining(`file.json: byte ${offset}: `),
    })
    await expect(scan(text)).rejects.toThrow(found)
  })
})
