import sharp from 'sharp'
import { profiles, type Profile } from '../core/synthetic/profile.ts'
import { renderPerson, type SyntheticPerson } from '../core/synthetic/person.ts'

/**
 * Draws docs/synthetic-people.png, or with arguments FILE PROFILE SEED another sheet of 40 people: each beside its part
 * mask. `node scripts/sheet.ts`.
 */
const columns = 10
const rows = 4
const width = 64
const height = 128
const gap = 4

const partColours: readonly (readonly [number, number, number])[] = [
  [30, 30, 34],
  [110, 60, 20],
  [250, 200, 160],
  [70, 150, 230],
  [40, 70, 150],
  [230, 90, 90],
  [90, 200, 110],
  [250, 150, 120],
  [150, 240, 150],
  [190, 50, 120],
  [40, 150, 140],
  [230, 110, 190],
  [90, 210, 210],
  [250, 220, 60],
  [160, 130, 250],
]

async function drawSheet(file: string, profile: Profile, seed: number): Promise<void> {
  const cellWidth = 2 * width + gap
  const sheetWidth = columns * (cellWidth + gap) + gap
  const sheetHeight = rows * (height + gap) + gap
  const sheet = Buffer.alloc(sheetWidth * sheetHeight * 3, 255)
  for (let cell = 0; cell < columns * rows; cell++) {
    // Every fifth index: four pictures of an identity lie side by side in a source.
    const person = renderPerson({ seed, index: 5 * cell, profile, width, height })
    const left = gap + (cell % columns) * (cellWidth + gap)
    const top = gap + Math.floor(cell / columns) * (height + gap)
    copy(person.rgb, sheet, sheetWidth, left, top)
    copy(maskPicture(person), sheet, sheetWidth, left + width, top)
  }
  await sharp(sheet, { raw: { width: sheetWidth, height: sheetHeight, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toFile(file)
}

/** Part colours with the joints on top: visible ones white, hidden ones grey. */
function maskPicture({ parts, joints }: SyntheticPerson): Uint8Array {
  const picture = new Uint8Array(parts.length * 3)
  parts.forEach((part, pixel) => picture.set(partColours[part], 3 * pixel))
  for (const { x, y, v } of joints) {
    if (v !== 1 && v !== 2) continue
    const shade = v === 2 ? 255 : 130
    picture.set([shade, shade, shade], 3 * (Math.floor(y) * width + Math.floor(x)))
  }
  return picture
}

function copy(picture: Uint8Array, sheet: Buffer, sheetWidth: number, left: number, top: number): void {
  for (let row = 0; row < height; row++) {
    sheet.set(picture.subarray(3 * row * width, 3 * (row + 1) * width), 3 * ((top + row) * sheetWidth + left))
  }
}

const [file = 'docs/synthetic-people.png', profileName = 'full', seed = '1'] = process.argv.slice(2)
const profile = profiles.find((name) => name === profileName)
if (profile === undefined) throw new Error(`"${profileName}" is no profile: ${profiles.join(', ')}`)
await drawSheet(file, profile, Number(seed))
