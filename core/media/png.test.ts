import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodePng, readPng, writePng } from './png.ts'

function chunk(type: string, body: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(body.length, 0)
  ends.writeUInt32BE(crc32(typed), 4)
  return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)])
}

function handmade(width: number, height: number, bits: number, colorType: number, idat: Uint8Array): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = bits
  header[9] = colorType
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', idat), chunk('IEND', Buffer.alloc(0))])
}

const throwing = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error
  }
  return null
}

describe('PNG', () => {
  it('gives palette indices, not colours', () => {
    const palette = Uint8Array.from([0, 0, 0, 128, 0, 0, 0, 128, 0])
    const image = decodePng(writePng({ width: 3, height: 2, data: Uint8Array.from([0, 1, 2, 2, 1, 0]), palette }))
    expect([...image.data]).toEqual([0, 1, 2, 2, 1, 0])
    expect([...(image.palette ?? [])]).toEqual([...palette])
    expect(image).toMatchObject({ width: 3, height: 2, channels: 1, depth: 8 })
  })

  it('keeps 16 bits', () => {
    const data = Uint16Array.from([0, 1, 255, 256, 32769, 65535])
    const image = decodePng(writePng({ width: 2, height: 3, data }))
    expect(image.depth).toBe(16)
    expect(image.data).toEqual(data)
  })

  it('undoes each of the five filters', () => {
    // Rows of 3 grey pixels, worked by hand: none 10 20 30; sub 10 20 30; up; average; Paeth.
    const raw = Uint8Array.from([0, 10, 20, 30, 1, 10, 10, 10, 2, 1, 1, 1, 3, 6, 1, 0, 4, 1, 1, 1])
    const image = decodePng(handmade(3, 5, 8, 0, deflateSync(raw)))
    // Average: 6+⌊11/2⌋=11, 1+⌊(11+21)/2⌋=17, 0+⌊(17+31)/2⌋=24. Paeth: 1+11=12, 1+17 (estimate 18: up)=18, 1+24=25.
    expect([...image.data]).toEqual([10, 20, 30, 10, 20, 30, 11, 21, 31, 11, 17, 24, 12, 18, 25])
  })

  it('reads what libvips wrote: RGB, RGBA, interlaced, 1 to 8 palette bits', async () => {
    const width = 13
    const height = 9
    const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + (i >> 3)) & 255)
    for (const progressive of [false, true]) {
      const file = await sharp(rgb, { raw: { width, height, channels: 3 } })
        .png({ progressive })
        .toBuffer()
      expect([...(await readPng(file)).data]).toEqual([...rgb])
      const rgba = await sharp(file).ensureAlpha(1).png({ progressive }).toBuffer()
      expect(decodePng(rgba).channels).toBe(4)
    }
    for (const colours of [2, 4, 16, 200]) {
      const file = await sharp(rgb, { raw: { width, height, channels: 3 } })
        .png({ palette: true, colours, dither: 0 })
        .toBuffer()
      const image = decodePng(file)
      const palette = image.palette ?? new Uint8Array(0)
      const colours3 = await sharp(file).removeAlpha().raw().toBuffer()
      expect([...image.data].flatMap((index) => [...palette.subarray(3 * index, 3 * index + 3)])).toEqual([...colours3])
    }
  })

  it('is read back by libvips with the palette applied', async () => {
    const palette = Uint8Array.from([1, 2, 3, 40, 50, 60])
    const file = writePng({ width: 9, height: 1, data: Uint8Array.from([0, 1, 0, 0, 1, 1, 0, 0, 1]), palette, bits: 1 })
    const pixels = await sharp(file).removeAlpha().raw().toBuffer()
    expect([...pixels.subarray(0, 6)]).toEqual([1, 2, 3, 40, 50, 60])
    expect([...pixels.subarray(24)]).toEqual([40, 50, 60])
  })

  it('returns any image that was written', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(1, 2, 3, 4) as fc.Arbitrary<1 | 2 | 3 | 4>,
        fc.constantFrom(1, 2, 4, 8, 16) as fc.Arbitrary<1 | 2 | 4 | 8 | 16>,
        fc.infiniteStream(fc.nat(65535)),
        (width, height, channels, bits, stream) => {
          fc.pre(channels === 1 || bits >= 8)
          const samples = [...stream.take(width * height * channels)].map((v) => v % 2 ** bits)
          const data = bits === 16 ? Uint16Array.from(samples) : Uint8Array.from(samples)
          const image = decodePng(writePng({ width, height, data, channels, bits }))
          expect(image.data).toEqual(data)
          expect(image).toMatchObject({ width, height, channels, depth: bits })
        },
      ),
      { numRuns: 100 },
    )
  })

  it('refuses 50000×50000 in a small file before inflating it', () => {
    const started = performance.now()
    const bomb = handmade(50000, 50000, 8, 0, deflateSync(new Uint8Array(1000)))
    expect(throwing(() => decodePng(bomb))).toMatchObject({ code: 'image-too-large' })
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('stops inflating at the size that the header claims', () => {
    const bomb = handmade(10, 10, 8, 0, deflateSync(new Uint8Array(5_000_000)))
    expect(throwing(() => decodePng(bomb))).toMatchObject({ code: 'png-corrupt' })
  })

  it('names the file and the fault for every cut and every flipped byte', async () => {
    const good = writePng({ width: 4, height: 4, data: Uint8Array.from({ length: 16 }, (_, i) => i) })
    for (let length = 0; length < good.length; length++) {
      expect(throwing(() => decodePng(good.subarray(0, length)))).toMatchObject({ code: 'png-corrupt' })
    }
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good)
      bad[at] ^= 0x55
      expect(
        throwing(() => decodePng(bad)),
        `byte ${at}`,
      ).toMatchObject({ name: 'MendError' })
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'mend-png-'))
    try {
      const file = path.join(folder, 'cut.png')
      await writeFile(file, good.subarray(0, 50))
      await expect(readPng(file)).rejects.toThrow(/cut\.png: not a readable PNG: /)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('refuses palette indices beyond the palette', () => {
    const header = handmade(1, 1, 8, 3, deflateSync(Uint8Array.from([0, 7])))
    const withPalette = Buffer.concat([
      header.subarray(0, 33),
      chunk('PLTE', Uint8Array.from([1, 2, 3])),
      header.subarray(33),
    ])
    expect(throwing(() => decodePng(withPalette))).toMatchObject({
      message: expect.stringContaining('palette index 7 of 1'),
    })
  })

  it('will not write samples that do not fit', () => {
    expect(throwing(() => writePng({ width: 1, height: 1, data: Uint8Array.of(2), bits: 1 }))).toMatchObject({
      code: 'png-invalid',
    })
    expect(throwing(() => writePng({ width: 2, height: 1, data: Uint8Array.of(2) }))).toMatchObject({
      code: 'png-invalid',
    })
  })
})
