import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Box } from '../dataset/label.ts'
import { writePng } from '../media/png.ts'

/** Small datasets on disk, in real formats, for the tests of imports and exports. */

export const pictureSize = { width: 32, height: 48 }

/** A grey PNG whose pixels, and so its hash, depend on `seed` alone; `retouched`: but for one pixel. */
export async function writePicture(file: string, seed: number, retouched = false): Promise<void> {
  const { width, height } = pictureSize
  const data = Uint8Array.from(
    { length: width * height },
    (_, pixel) => (Math.imul(pixel + 7, (seed + 3) * 2_654_435_761) >>> 13) & 255,
  )
  if (retouched) data[0] ^= 1
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, writePng({ width, height, data, bits: 8 }))
}

export interface CocoPerson {
  readonly box?: Box
  /** x, y, v for each of `cocoJoints`. */
  readonly joints?: readonly (readonly [number, number, number])[]
  readonly attributes?: Readonly<Record<string, boolean>>
}

export interface CocoImage {
  /** Chooses the picture: equal seeds are equal files. */
  readonly seed: number
  readonly people: readonly CocoPerson[]
  readonly name?: string
}

export const cocoJoints = ['head top', 'neck', 'left_hip', 'right_hip']

/** Joints of somebody standing with the neck at (x, y). */
export function standing(x: number, y: number, v = 2): (readonly [number, number, number])[] {
  return [
    [x, y - 5, v],
    [x, y, v],
    [x + 3, y + 15, v],
    [x - 3, y + 15, v],
  ]
}

/** `folder/annotations.json` and `folder/images/`. A person without joints has a box alone. */
export async function writeCoco(folder: string, images: readonly CocoImage[], joints = cocoJoints): Promise<string> {
  const annotations: object[] = []
  const entries: object[] = []
  for (const [index, image] of images.entries()) {
    const id = index + 1
    const name = image.name ?? `${id}.png`
    await writePicture(path.join(folder, 'images', name), image.seed)
    entries.push({ id, file_name: name, ...pictureSize })
    for (const person of image.people) {
      const { box } = person
      annotations.push({
        id: annotations.length + 1,
        image_id: id,
        category_id: 1,
        iscrowd: 0,
        ...(box && { bbox: [box.x, box.y, box.width, box.height], area: box.width * box.height }),
        ...(person.joints && { keypoints: person.joints.flat(), num_keypoints: person.joints.length }),
        ...(person.attributes && { attributes: person.attributes }),
      })
    }
  }
  const categories = [{ id: 1, name: 'person', keypoints: joints, skeleton: [[1, 2]] }]
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'annotations.json'), JSON.stringify({ images: entries, annotations, categories }))
  return folder
}

/** `folder/images/`, `folder/labels/` and a label map: the upper half of each picture is part 1. */
export async function writeIndexed(
  folder: string,
  seeds: readonly number[],
  parts: readonly string[],
): Promise<string> {
  const { width, height } = pictureSize
  await mkdir(path.join(folder, 'labels'), { recursive: true })
  for (const [index, seed] of seeds.entries()) {
    await writePicture(path.join(folder, 'images', `${index + 1}.png`), seed)
    const data = Uint8Array.from({ length: width * height }, (_, pixel) => (pixel < (width * height) / 2 ? 1 : 0))
    await writeFile(path.join(folder, 'labels', `${index + 1}.png`), writePng({ width, height, data, bits: 8 }))
  }
  await writeFile(path.join(folder, 'labels.txt'), parts.join('\n') + '\n')
  return folder
}
