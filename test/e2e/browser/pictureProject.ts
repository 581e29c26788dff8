import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { createProject } from '../../../core/store/project.ts'

/** A picture file with the size of the picture when it stands upright. */
export interface MadePicture {
  readonly file: string
  readonly width: number
  readonly height: number
}

const red = { r: 220, g: 20, b: 20 }
const grey = { r: 90, g: 90, b: 90 }

/** 60×100, grey with a red square of 20 pixels at its upper left, lying on its side in the file as cameras store it. */
export async function sidewaysPicture(folder: string): Promise<MadePicture> {
  const upright = await sharp({ create: { width: 60, height: 100, channels: 3, background: grey } })
    .composite([{ input: { create: { width: 20, height: 20, channels: 3, background: red } }, left: 0, top: 0 }])
    .png()
    .toBuffer()
  const file = path.join(folder, 'sideways.jpg')
  // Orientation 6: turn by 90° clockwise to see it upright.
  const lying = await sharp(upright).rotate(-90).toBuffer()
  await sharp(lying).withMetadata({ orientation: 6 }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toFile(file)
  return { file, width: 60, height: 100 }
}

/** 64×48 with 16 bits a channel: 51,400 (of 65,535) on the left half, 5,140 on the right. */
export async function deepPicture(folder: string): Promise<MadePicture> {
  const [width, height] = [64, 48]
  const levels = Uint16Array.from({ length: width * height * 3 }, (_, at) =>
    Math.floor(at / 3) % width < width / 2 ? 51_400 : 5140,
  )
  const file = path.join(folder, 'deep.png')
  const raw = { width, height, channels: 3 as const }
  await sharp(levels, { raw }).toColourspace('rgb16').png().toFile(file)
  return { file, width, height }
}

/** 12,000×9,000. */
export async function hugePicture(folder: string): Promise<MadePicture> {
  const [width, height] = [12_000, 9000]
  const file = path.join(folder, 'huge.jpg')
  await sharp({ create: { width, height, channels: 3, background: grey }, limitInputPixels: false })
    .composite([
      { input: { create: { width: 400, height: 400, channels: 3, background: red } }, left: 11_000, top: 8000 },
    ])
    .jpeg({ quality: 60 })
    .toFile(file)
  return { file, width, height }
}

/** A project with one person, who fills it, in each picture, and empty tasks `keypoints` (3 joints) and `parts` (2 parts). */
export function projectOfPictures(folder: string, pictures: readonly MadePicture[]): void {
  const project = createProject(folder)
  project.transaction((writer) => {
    for (const { file, width, height } of pictures) {
      const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex')
      const image = writer.images.insert({ sha256, dHash: 0n, width, height, file, split: null })
      writer.people.insert({ image, box: { x: 0, y: 0, width, height } })
    }
    const joints = ['left hand', 'head', 'right hand']
    writer.tasks.insert('keypoints', { kind: 'keypoints', joints, edges: [[0, 1]], flip: [2, 1, 0] })
    writer.tasks.insert('parts', { kind: 'parts', parts: ['background', 'coat', 'shoe'], flip: [0, 1, 2] })
  })
  project.close()
}
