import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import type { Box, LabelValue, Split } from '../../core/dataset/label.ts'
import { personLabels, syntheticPeople } from '../../core/synthetic/dataset.ts'

export interface DrawOptions {
  /** Where the pictures go. */
  readonly folder: string
  readonly people: number
  readonly seed: number
  /** Pixels of a picture. */
  readonly width: number
  readonly height: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number) => void
}

/** A synthetic person whose picture is on disk; the labels are in memory, to be made wrong before they are written. */
export interface DrawnPerson {
  /** 0-based, of the whole data set; four people in a row are the same person seen again. */
  readonly index: number
  readonly name: string
  readonly split: Split
  readonly file: string
  readonly width: number
  readonly height: number
  readonly box: Box
  readonly labels: Record<string, LabelValue>
}

/** Draws people of profile `full` (every task but identity, which is not trained on) and writes their pictures as PNG. */
export async function drawPeople(options: DrawOptions): Promise<DrawnPerson[]> {
  const { folder, people, seed, width, height, signal, onProgress } = options
  await mkdir(folder, { recursive: true })
  const drawn: DrawnPerson[] = []
  for (const { name, split, person } of syntheticPeople({ profile: 'full', people, seed, width, height })) {
    // Drawing blocks: let an interrupt be heard between people.
    await new Promise((turn) => setImmediate(turn))
    signal?.throwIfAborted()
    const file = path.join(folder, `${name}.png`)
    const raw = { width, height, channels: 3 } as const
    await writeFile(file, await sharp(person.rgb, { raw }).png({ compressionLevel: 6 }).toBuffer())
    const { identity: _, ...labels } = personLabels(person)
    drawn.push({ index: drawn.length, name, split, file, width, height, box: person.box, labels })
    onProgress?.(drawn.length)
  }
  return drawn
}
