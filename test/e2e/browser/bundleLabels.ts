import { readFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'

interface Raster {
  readonly kind: 'parts' | 'depth'
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly asset: string
}

interface BundleLine {
  readonly people: readonly {
    readonly id: number
    readonly box: readonly [number, number, number, number] | null
    readonly labels: Readonly<Record<string, { readonly state: string; readonly value: { readonly kind: string } }>>
  }[]
}

/** A label of an exported bundle: its value as its JSON has it, with the pixels of its picture, read by another program. */
export interface BundleLabel {
  readonly state: string
  readonly value: Readonly<Record<string, unknown>>
  readonly pixels: readonly number[] | null
}

export interface BundlePerson {
  readonly box: readonly number[] | null
  readonly labels: ReadonlyMap<string, BundleLabel>
}

/** People of a bundle by their numbers in the project, read without any of the product's code. */
export async function readBundlePeople(folder: string): Promise<Map<number, BundlePerson>> {
  const lines = readFileSync(path.join(folder, 'images.jsonl'), 'utf8').split('\n')
  const people = new Map<number, BundlePerson>()
  for (const line of lines) {
    if (line === '') continue
    for (const { id, box, labels } of (JSON.parse(line) as BundleLine).people) {
      const read = new Map<string, BundleLabel>()
      for (const [task, { state, value }] of Object.entries(labels)) {
        read.set(task, { state, value: { ...value }, pixels: isRaster(value) ? await pixelsOf(folder, value) : null })
      }
      people.set(id, { box, labels: read })
    }
  }
  return people
}

function isRaster(value: { readonly kind: string }): value is Raster {
  return value.kind === 'parts' || value.kind === 'depth'
}

async function pixelsOf(folder: string, { kind, asset, width, height }: Raster): Promise<number[]> {
  const picture = sharp(path.join(folder, 'assets', asset.slice(0, 2), `${asset}.png`))
  const deep = kind === 'depth'
  const { data, info } = await picture
    .toColourspace(deep ? 'grey16' : 'b-w')
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  if (info.width !== width || info.height !== height || info.channels !== 1) {
    throw new Error(`a picture of ${info.width} × ${info.height} for a label of ${width} × ${height}`)
  }
  return deep ? [...new Uint16Array(data.buffer, data.byteOffset, width * height)] : [...data]
}
