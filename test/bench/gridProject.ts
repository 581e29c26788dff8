import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import type { Joint, LabelState } from '../../core/dataset/label.ts'
import { encodeLabelValue } from '../../core/store/labelCodec.ts'
import { inspectImage } from '../../core/media/inspect.ts'
import { createProject, type Project } from '../../core/store/project.ts'
import { generator } from './generator.ts'

/** Pictures that the people are in, eight or more in each. */
const pictures = 400
const pictureWidth = 640
const pictureHeight = 480
const perTransaction = 10_000
const joints = 17
const attributes = 12
const sources = ['street', 'sports', 'shops', 'beach'] as const

/** Grows when the project is made otherwise: older ones are then made anew. */
const version = 2

/**
 * A project of so many synthetic people in a few hundred pictures, with tags, joints, masks, identities and a ranking;
 * made once and kept. @returns its folder
 */
export async function gridProject(folder: string, people: number, log: (message: string) => void): Promise<string> {
  const target = path.join(folder, `grid-${people}-v${version}.mend`)
  if (existsSync(target)) return target
  const partial = path.join(folder, `grid-${people}-part.mend`)
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  log(`making a project of ${people} people (once)`)
  const project = createProject(partial)
  try {
    const images = await makePictures(project, folder)
    makePeople(project, images, people, log)
  } finally {
    project.close()
  }
  renameSync(partial, target)
  return target
}

async function makePictures(project: Project, folder: string): Promise<number[]> {
  const place = path.join(folder, 'pictures')
  mkdirSync(place, { recursive: true })
  const files = Array.from({ length: pictures }, (_, at) => path.join(place, `${String(at).padStart(4, '0')}.jpg`))
  const random = generator(7)
  for (const file of files) {
    const colour = (): { r: number; g: number; b: number } => ({
      r: random() * 200,
      g: random() * 200,
      b: random() * 200,
    })
    const layers = Array.from({ length: 12 }, () => ({
      input: {
        create: {
          width: 30 + Math.floor(random() * 90),
          height: 60 + Math.floor(random() * 200),
          channels: 3 as const,
          background: colour(),
        },
      },
      left: Math.floor(random() * (pictureWidth - 130)),
      top: Math.floor(random() * (pictureHeight - 270)),
    }))
    const base = { width: pictureWidth, height: pictureHeight, channels: 3 as const, background: colour() }
    if (!existsSync(file)) await sharp({ create: base }).composite(layers).jpeg({ quality: 80 }).toFile(file)
  }
  const facts = await Promise.all(files.map((file) => inspectImage(file)))
  return project.transaction((writer) => {
    const ids = sources.map((name) =>
      writer.sources.insert({ name, format: 'bench', folder: place, mapping: {}, report: {} }),
    )
    writer.tasks.insert('tags', {
      kind: 'attributes',
      attributes: Array.from({ length: attributes }, (_, at) => `tag ${at}`),
    })
    const edges = Array.from({ length: joints - 1 }, (_, at): [number, number] => [at, at + 1])
    const flip = Array.from({ length: joints }, (_, at) => at)
    writer.tasks.insert('joints', {
      kind: 'keypoints',
      joints: flip.map((at) => `${at % 2 === 0 ? 'left' : 'right'} ${at}`),
      edges,
      flip,
    })
    writer.tasks.insert('parts', { kind: 'parts', parts: ['background', 'head', 'body', 'legs'], flip: [0, 1, 2, 3] })
    writer.tasks.insert('who', { kind: 'identity' })
    return facts.map(({ sha256, dHash, width, height }, at) => {
      const split = at % 10 === 0 ? 'test' : at % 10 === 1 ? 'val' : 'train'
      const image = writer.images.insert({ sha256, dHash, width, height, file: files[at], split })
      writer.images.addSource(image, { source: ids[at % sources.length], path: path.basename(files[at]), split })
      return image
    })
  })
}

function makePeople(project: Project, images: readonly number[], people: number, log: (message: string) => void): void {
  const random = generator(11)
  const tasks = Object.fromEntries(project.tasks.all().map((task) => [task.name, task.id]))
  const suspects: { label: number; score: number }[] = []
  for (let done = 0; done < people; done += perTransaction) {
    project.transaction((writer) => {
      for (let at = done; at < Math.min(people, done + perTransaction); at++) {
        const which = at % images.length
        const height = 60 + Math.floor(random() * 200)
        const width = Math.floor(height * (0.35 + 0.2 * random()))
        const box = {
          x: Math.floor(random() * (pictureWidth - width)),
          y: Math.floor(random() * (pictureHeight - height)),
          width,
          height,
        }
        const person = writer.people.insert({ image: images[which], box })
        const source = (which % sources.length) + 1
        writer.people.addSource(person, { source, key: `person-${at}`, box: null })
        const insert = (task: string, value: Uint8Array): number => {
          const state: LabelState = random() < 0.1 ? 'verified' : random() < 0.03 ? 'rejected' : 'labelled'
          return writer.labels.insert({
            person,
            task: tasks[task],
            source,
            value,
            state,
            origin: 'imported',
            current: true,
          })
        }
        if (source !== 2)
          insert(
            'tags',
            encodeLabelValue({
              kind: 'attributes',
              values: Array.from({ length: attributes }, () => (random() < 0.2 ? null : random() < 0.4)),
            }),
          )
        if (source !== 3) {
          const label = insert('joints', encodeLabelValue({ kind: 'keypoints', joints: skeleton(box, random) }))
          suspects.push({ label, score: -Math.log(1 - random()) })
        }
        if (source === 1 || source === 4) insert('parts', parts(box))
        if (source === 3)
          insert('who', encodeLabelValue({ kind: 'identity', identity: `shops/${at % 1500}`, camera: at % 6 }))
      }
    })
    log(`${Math.min(people, done + perTransaction)} people`)
  }
  rank(project, suspects)
}

interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function skeleton(box: Place, random: () => number): Joint[] {
  return Array.from({ length: joints }, (_, at) => ({
    x: box.x + box.width * (0.2 + 0.6 * random()),
    y: box.y + (box.height * (at + 0.5)) / joints,
    v: random() < 0.85 ? 2 : 1,
  }))
}

function parts(box: Place): Uint8Array {
  const data = new Uint8Array(box.width * box.height)
  for (let row = 0; row < box.height; row++) {
    const part = row < box.height / 5 ? 1 : row < box.height / 2 ? 2 : 3
    data.fill(part, row * box.width + Math.floor(box.width / 4), row * box.width + Math.floor((3 * box.width) / 4))
  }
  return encodeLabelValue({ kind: 'parts', left: box.x, top: box.y, width: box.width, height: box.height, data })
}

function rank(project: Project, suspects: { label: number; score: number }[]): void {
  suspects.sort((a, b) => b.score - a.score)
  project.transaction((writer) => {
    const run = writer.connection.run(
      `INSERT INTO run (kind, status, created_at, updated_at, configuration) VALUES ('train', 'done', '', '', '{}')`,
    ).lastInsertRowid
    const ranked = suspects.map(({ label, score }, at) => ({
      label,
      rank: at + 1,
      score,
      flagged: score > 3,
      signals: {},
      why: 'bench',
      component: null,
    }))
    writer.suspects.replace(run, 'joints', ranked)
    writer.advanceGeneration()
  })
}
