import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { fillPolygon } from '../../../core/dataset/editing/polygon.ts'
import { emptyMask, partsOfMask } from '../../../core/dataset/editing/mask.ts'
import type { Box, Joint, PartsValue } from '../../../core/dataset/label.ts'
import { inspectImage } from '../../../core/media/inspect.ts'
import { createProject, type Project, type ProjectWriter } from '../../../core/store/project.ts'
import { generator } from '../generator.ts'

/** Grows when the project is made otherwise: older ones are then made anew. */
const version = 1

export const polygonCount = 3000
export const crowdSize = 100
export const fullMaskCount = 30
export const nextCount = 24
export const poseJoints = 14

/** The first person of each picture, by what the picture is for; all of it is counted from 1 in this order. */
export const first = {
  stroke: 1,
  crowd: 2,
  polygons: 2 + crowdSize,
  beforeMasks: 2 + crowdSize + polygonCount,
  masks: 3 + crowdSize + polygonCount,
  next: 3 + crowdSize + polygonCount + fullMaskCount,
  pose: 3 + crowdSize + polygonCount + fullMaskCount + nextCount,
}

export const large = { width: 4000, height: 3000 }
export const polygonPicture = { width: 3000, height: 2000 }
export const crowdPicture = { width: 1920, height: 1080 }
const plain = { width: 1600, height: 1200 }

const parts = ['background', 'head', 'torso', 'hips', 'left arm', 'right arm', 'left leg', 'right leg', 'bag', 'hat']
const sides = (names: readonly string[]): string[] => names.flatMap((name) => [`left ${name}`, `right ${name}`])
const joints17 = ['nose', ...sides(['eye', 'ear', 'shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle'])]
const joints14 = [...sides(['ankle', 'knee', 'hip', 'wrist', 'elbow', 'shoulder']), 'neck', 'head top']

interface Size {
  readonly width: number
  readonly height: number
}

/**
 * The pictures that the editor is measured on: one of 4000 × 3000 pixels with one person, a crowd of 100 with joints and masks, 3,000
 * polygons, 30 masks over the whole of 4000 × 3000 pixels, pictures to go through, and somebody without joints. Made once
 * and kept. @returns its folder, which must be copied before anything is changed in it
 */
export async function editorProject(folder: string, log: (message: string) => void): Promise<string> {
  const target = path.join(folder, `editor-v${version}.mend`)
  if (existsSync(target)) return target
  const partial = path.join(folder, 'editor-part.mend')
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  log('making the pictures and labels to edit (once)')
  const sizes = [
    large,
    crowdPicture,
    polygonPicture,
    plain,
    large,
    ...Array.from({ length: nextCount + 1 }, () => plain),
  ]
  const project = createProject(partial)
  try {
    const images = await addPictures(project, path.join(folder, 'editor-pictures'), sizes)
    project.transaction((writer) => addLabels(writer, images))
  } finally {
    project.close()
  }
  renameSync(partial, target)
  return target
}

/** JPEG pictures of soft noise, each another. @returns the images' ids */
export async function addPictures(project: Project, folder: string, sizes: readonly Size[]): Promise<number[]> {
  mkdirSync(folder, { recursive: true })
  const random = generator(5)
  const facts: ({ readonly file: string } & Awaited<ReturnType<typeof inspectImage>>)[] = []
  for (const [at, { width, height }] of sizes.entries()) {
    const file = path.join(folder, `${String(at).padStart(4, '0')}-${width}x${height}.jpg`)
    const cells = { width: Math.ceil(width / 20), height: Math.ceil(height / 20), channels: 3 as const }
    const noise = Buffer.from(Uint8Array.from({ length: cells.width * cells.height * 3 }, () => 60 + random() * 140))
    if (!existsSync(file)) {
      await sharp(noise, { raw: cells }).resize(width, height, { fit: 'fill' }).jpeg({ quality: 85 }).toFile(file)
    }
    facts.push({ file, ...(await inspectImage(file)) })
  }
  return project.transaction((writer) =>
    facts.map(({ sha256, dHash, width, height, file }) =>
      writer.images.insert({ sha256, dHash, width, height, file, split: null }),
    ),
  )
}

type Insert = (image: number, box: Box, labels: Readonly<Record<string, Joint[] | PartsValue>>) => void

/** The tasks of the pictures, and what adds people with labels of them. */
export function addTasks(writer: ProjectWriter): Insert {
  const keypoints = (names: readonly string[]): Parameters<typeof writer.tasks.insert>[1] => ({
    kind: 'keypoints',
    joints: [...names],
    edges: names.slice(1).map((_, at): [number, number] => [at, at + 1]),
    flip: names.map((name) => {
      const mirrored = name.startsWith('left') ? name.replace('left', 'right') : name.replace('right', 'left')
      return names.indexOf(mirrored)
    }),
  })
  const tasks: Record<string, number> = {
    parts: writer.tasks.insert('parts', { kind: 'parts', parts: [...parts], flip: [0, 1, 2, 3, 5, 4, 7, 6, 8, 9] }),
    joints: writer.tasks.insert('joints', keypoints(joints17)),
    pose: writer.tasks.insert('pose', keypoints(joints14)),
  }
  return (image, box, labels) => {
    const person = writer.people.insert({ image, box })
    for (const [task, content] of Object.entries(labels)) {
      const value = Array.isArray(content) ? ({ kind: 'keypoints', joints: content } as const) : content
      const state = { state: 'labelled', origin: 'imported', current: true } as const
      writer.labels.insert({ person, task: tasks[task], source: null, value, ...state })
    }
  }
}

function addLabels(writer: ProjectWriter, images: readonly number[]): void {
  const random = generator(9)
  const insert = addTasks(writer)
  const [stroke, crowd, polygons, before, masks, ...rest] = images
  const whole = { x: 800, y: 300, width: 1800, height: 2500 }
  insert(stroke, whole, { parts: figureMask(whole), joints: skeletonIn(whole, joints17.length) })
  for (let at = 0; at < crowdSize; at++) {
    const box = { x: (at % 20) * 94 + 5, y: Math.floor(at / 20) * 210 + 8, width: 84, height: 200 }
    insert(crowd, box, { parts: figureMask(box), joints: skeletonIn(box, joints17.length) })
  }
  for (let at = 0; at < polygonCount; at++) {
    const [x, y] = [(at % 75) * 39 + 5 + random() * 10, Math.floor(at / 75) * 49 + 5 + random() * 10]
    insert(polygons, { x, y, width: 46, height: 54 }, { parts: polygonMask(x, y, 1 + (at % 9), random) })
  }
  const box = { x: 500, y: 200, width: 400, height: 900 }
  insert(before, box, { parts: figureMask(box), joints: skeletonIn(box, joints17.length) })
  for (let at = 0; at < fullMaskCount; at++) {
    insert(masks, { x: 0, y: 0, ...large }, { parts: fullMask(random) })
  }
  for (const image of rest.slice(0, nextCount)) {
    insert(image, box, { parts: figureMask(box), joints: skeletonIn(box, joints17.length) })
  }
  insert(rest[nextCount], box, {})
}

/** Joints in two columns down the box. */
export function skeletonIn({ x, y, width, height }: Box, count: number): Joint[] {
  return Array.from({ length: count }, (_, at) => ({
    x: x + width * (at % 2 === 0 ? 0.35 : 0.65),
    y: y + (height * (at + 1)) / (count + 1),
    v: 2,
  }))
}

/** An ellipse that fills the box, in bands of parts from top to bottom. */
export function figureMask({ x, y, width, height }: Box): PartsValue {
  const [left, top, across, down] = [x, y, width, height].map(Math.round)
  const data = new Uint8Array(across * down)
  for (let row = 0; row < down; row++) {
    const half = (across / 2) * Math.sqrt(Math.max(0, 1 - ((row + 0.5) / (down / 2) - 1) ** 2))
    const part = 1 + Math.floor((row / down) * 7)
    data.fill(part, row * across + Math.round(across / 2 - half), row * across + Math.round(across / 2 + half))
  }
  return { kind: 'parts', left, top, width: across, height: down, data }
}

/** A star of twelve corners about 46 × 54 pixels large. */
function polygonMask(x: number, y: number, part: number, random: () => number): PartsValue {
  const mask = emptyMask(64, 64)
  const corners = Array.from({ length: 12 }, (_, at) => {
    const reach = 0.6 + 0.4 * random()
    return [23 + 22 * reach * Math.cos((at * Math.PI) / 6), 27 + 26 * reach * Math.sin((at * Math.PI) / 6)]
  })
  fillPolygon(mask, corners.flat(), part, null)
  const value = partsOfMask(mask)
  return { ...value, left: value.left + Math.floor(x), top: value.top + Math.floor(y) }
}

/** Forty ellipses of all parts over the whole of a large picture; what lies between them is a part too. */
function fullMask(random: () => number): PartsValue {
  const { width, height } = large
  const data = new Uint8Array(width * height).fill(1)
  for (let at = 0; at < 40; at++) {
    const [cx, cy] = [random() * width, random() * height]
    const [a, b] = [100 + random() * 500, 100 + random() * 500]
    for (let y = Math.max(0, Math.ceil(cy - b)); y < Math.min(height, cy + b); y++) {
      const half = a * Math.sqrt(Math.max(0, 1 - ((y - cy) / b) ** 2))
      const [from, to] = [Math.max(0, Math.round(cx - half)), Math.min(width, Math.round(cx + half))]
      data.fill(1 + (at % 9), y * width + from, y * width + to)
    }
  }
  return { kind: 'parts', left: 0, top: 0, width, height, data }
}
