import { mkdtempSync, readdirSync, rmSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inspectImage } from '../../media/inspect.ts'
import { createProject, type Project } from '../../store/project.ts'
import { OpenProjects } from '../openProjects.ts'
import { closeMedia, handleMedia, type MediaResponse } from './mediaRoutes.ts'

let folder: string
let projects: OpenProjects
let project: Project
let image: number
let turned: number
let person: number

/** Left half red, right half blue, 400 × 200. */
function halves(): Sharp {
  const blue = { create: { width: 200, height: 200, channels: 3, background: '#0000ff' } } as const
  return sharp({ create: { width: 400, height: 200, channels: 3, background: '#ff0000' } }).composite([
    { input: blue, left: 200, top: 0 },
  ])
}

async function addImage(file: string): Promise<number> {
  const { sha256, dHash, width, height } = await inspectImage(file)
  return project.transaction((writer) => writer.images.insert({ sha256, dHash, width, height, file, split: null }))
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-media-'))
  createProject(path.join(folder, 'p.mend')).close()
  projects = new OpenProjects()
  project = projects.get(path.join(folder, 'p.mend'))
  await halves().png().toFile(path.join(folder, 'a.png'))
  // Stored lying on its side: upright it is 200 × 400, red above blue.
  await halves().withMetadata({ orientation: 6 }).jpeg().toFile(path.join(folder, 'b.jpg'))
  image = await addImage(path.join(folder, 'a.png'))
  turned = await addImage(path.join(folder, 'b.jpg'))
  person = project.transaction((writer) =>
    writer.people.insert({ image, box: { x: 220, y: 20, width: 100, height: 150 } }),
  )
})
afterAll(async () => {
  await closeMedia()
  projects.close()
  rmSync(folder, { recursive: true, force: true })
})

function ask(address: string, ifNoneMatch: string | null = null, signal = new AbortController().signal) {
  const [route, query] = address.split('?')
  const request = { projectFolder: project.folder, parts: route.split('/'), query: new URLSearchParams(query), signal }
  return handleMedia({ ...request, headers: { ifNoneMatch } }, projects)
}

async function pixels(response: MediaResponse | null): Promise<{ width: number; height: number; middle: number[] }> {
  if (response === null || !Buffer.isBuffer(response.body)) throw new Error('no picture')
  const { data, info } = await sharp(response.body).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = 3 * (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2))
  return { width: info.width, height: info.height, middle: [...data.subarray(at, at + 3)] }
}

describe('pictures of the service', () => {
  test('a crop shows the box alone, scaled to the side that is kept', async () => {
    const shown = await pixels(await ask(`people/${person}/crop?size=90&margin=0`))
    expect([shown.width, shown.height]).toEqual([64, 96])
    expect(shown.middle[2]).toBeGreaterThan(240)
    expect(shown.middle[0]).toBeLessThan(15)
  })

  test('a thumbnail is upright after EXIF', async () => {
    const shown = await pixels(await ask(`images/${turned}/thumb?size=96`))
    expect([shown.width, shown.height]).toEqual([48, 96])
  })

  test('the same picture is not sent again, and what was made is kept on disk', async () => {
    const first = await ask(`images/${image}/thumb?size=160`)
    const again = await ask(`images/${image}/thumb?size=160`, first?.headers['ETag'] ?? null)
    expect(again?.status).toBe(304)
    expect(readdirSync(project.thumbsFolder, { recursive: true }).some((name) => String(name).endsWith('.jpg'))).toBe(
      true,
    )
  })

  test('the full picture is the file itself', async () => {
    const response = await ask(`images/${image}/full`)
    expect(response?.headers['Content-Type']).toBe('image/png')
    expect(await pixels(response)).toMatchObject({ width: 400, height: 200 })
  })

  test.each(['people/999/crop', 'images/0/thumb', 'images/1.5/thumb', 'images/1/thumb/x', 'images', 'images/1e3/full'])(
    'there is nothing at %s',
    async (address) => {
      expect(await ask(address)).toBeNull()
    },
  )

  test('a picture that is gone says so with a code and what to do', async () => {
    await halves().negate().png().toFile(path.join(folder, 'c.png'))
    const gone = await addImage(path.join(folder, 'c.png'))
    unlinkSync(path.join(folder, 'c.png'))
    const response = await ask(`images/${gone}/thumb`)
    expect(response?.status).toBe(404)
    expect(JSON.parse(String(response?.body))).toMatchObject({ code: 'image-missing' })
  })

  test('whoever has gone is not served', async () => {
    const gone = AbortSignal.abort()
    expect(await ask(`images/${image}/thumb?size=384`, null, gone)).toBeNull()
  })
})
