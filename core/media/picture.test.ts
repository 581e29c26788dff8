import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeRgb } from './decode.ts'
import { hammingDistance } from './differenceHash.ts'
import { inspectImage } from './inspect.ts'
import { writePng } from './png.ts'
import { PicturePool } from './pool.ts'
import { makeThumbnail } from './thumbnail.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mend-picture-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function save(name: string, bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, name)
  await writeFile(file, bytes)
  return file
}

/** Left half dark, right half bright red, with a vertical ramp; 40×24 before any orientation. */
function sample(): Sharp {
  const data = Uint8Array.from({ length: 40 * 24 * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % 40
    const y = Math.floor(i / 120)
    return i % 3 === 0 && x >= 20 ? 230 : 5 * y
  })
  return sharp(data, { raw: { width: 40, height: 24, channels: 3 } })
}

function claimingPng(width: number, height: number): Buffer {
  const chunk = (type: string, body: Buffer): Buffer => {
    const out = Buffer.alloc(12 + body.length)
    out.writeUInt32BE(body.length, 0)
    out.write(type, 4, 'latin1')
    body.copy(out, 8)
    out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length)
    return out
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  const data = deflateSync(Buffer.alloc(10_000))
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

describe('inspecting a picture', () => {
  it('hashes the bytes of the file', async () => {
    // The digest is Python's hashlib on these 67 bytes.
    const hex =
      '89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636800000082008177cd72b600' +
      '00000049454e44ae426082'
    const facts = await inspectImage(await save('pixel.png', Buffer.from(hex, 'hex')))
    expect(facts.sha256).toBe('a1abfd410973b0111c215baa879b9edcd739e601659ba44168269767cc2e9108')
    expect(facts).toMatchObject({ width: 1, height: 1, format: 'png' })
  })

  it('gives the size after EXIF orientation, and the hash of the upright picture', async () => {
    const upright = await save('upright.jpg', await sample().jpeg({ quality: 95 }).toBuffer())
    // Stored turned a quarter to the left, with the tag that says "turn right to view".
    const turned = await save(
      'turned.jpg',
      await sample().rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer(),
    )
    const [a, b] = await Promise.all([inspectImage(upright), inspectImage(turned)])
    expect([b.width, b.height]).toEqual([40, 24])
    // Compression along the other axis may turn a pair of nearly equal neighbours.
    expect(hammingDistance(b.dHash, a.dHash)).toBeLessThanOrEqual(2)
    expect(b.sha256).not.toBe(a.sha256)
    const pixels = await decodeRgb(turned)
    expect([pixels.width, pixels.height]).toEqual([40, 24])
    expect(pixels.data[3 * 35]).toBeGreaterThan(200)
    expect(pixels.data[3 * 5]).toBeLessThan(30)
  })

  it('hashes a horizontal ramp to all ones, also after scaling', async () => {
    const ramp = (width: number, height: number): Promise<string> =>
      save(
        `ramp${width}.png`,
        writePng({
          width,
          height,
          data: Uint8Array.from({ length: width * height }, (_, i) => ((i % width) * 255) / width),
        }),
      )
    for (const file of [await ramp(90, 80), await ramp(300, 200)]) {
      expect((await inspectImage(file)).dHash).toBe(0xffff_ffff_ffff_ffffn)
    }
  })
})

describe('decoding a picture', () => {
  it('scales 16 bits to 8 and spreads grey over three channels', async () => {
    const data = Uint16Array.of(0, 257, 32896, 65535)
    const image = await decodeRgb(await save('deep.png', writePng({ width: 4, height: 1, data })))
    expect([...image.data]).toEqual([0, 0, 0, 1, 1, 1, 128, 128, 128, 255, 255, 255])
  })

  it('lays transparency over grey 114', async () => {
    const data = Uint8Array.of(200, 10, 10, 255, 200, 10, 10, 0)
    const image = await decodeRgb(await save('clear.png', writePng({ width: 2, height: 1, data, channels: 4 })))
    expect([...image.data]).toEqual([200, 10, 10, 114, 114, 114])
  })

  it('makes thumbnails that fit and are never enlarged', async () => {
    const file = await save('thumb.png', await sample().png().toBuffer())
    const small = await sharp(await makeThumbnail(file, 20)).metadata()
    expect([small.width, small.height, small.format]).toEqual([20, 12, 'jpeg'])
    expect((await sharp(await makeThumbnail(file, 400)).metadata()).width).toBe(40)
  })
})

describe('hostile pictures', () => {
  it('are errors wherever a JPEG is cut', async () => {
    const noisy = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251)
    const good = await sharp(noisy, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer()
    for (const share of [0.05, 0.3, 0.6, 0.9, 0.99]) {
      const file = await save('cut.jpg', good.subarray(0, Math.floor(good.length * share)))
      await expect(inspectImage(file), `cut at ${share}`).rejects.toMatchObject({ code: 'image-corrupt' })
      await expect(decodeRgb(file), `cut at ${share}`).rejects.toMatchObject({ code: 'image-corrupt' })
    }
  })

  it('are errors where a PNG is damaged in the middle', async () => {
    const good = await sample().png().toBuffer()
    good[Math.floor(good.length / 2)] ^= 0xff
    await expect(inspectImage(await save('bad.png', good))).rejects.toThrow(/bad\.png: the picture cannot be decoded/)
  })

  it('are refused at once where a small file claims 50000×50000 pixels', async () => {
    const file = await save('bomb.png', claimingPng(50_000, 50_000))
    const started = performance.now()
    await expect(inspectImage(file)).rejects.toMatchObject({ code: 'image-too-large' })
    await expect(decodeRgb(file)).rejects.toMatchObject({ code: 'image-too-large' })
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('are refused where they are no raster pictures: SVG, text, folders, nothing', async () => {
    const svg = await save('a.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))
    await expect(inspectImage(svg)).rejects.toMatchObject({ code: 'image-format' })
    await expect(decodeRgb(await save('a.jpg', Buffer.alloc(0)))).rejects.toMatchObject({ code: 'image-format' })
    await expect(decodeRgb(path.join(folder, 'none.jpg'))).rejects.toMatchObject({ code: 'image-missing' })
    await expect(decodeRgb(folder)).rejects.toMatchObject({ name: 'MendError' })
    await symlink('loop.jpg', path.join(folder, 'loop.jpg'))
    await expect(decodeRgb(path.join(folder, 'loop.jpg'))).rejects.toMatchObject({ code: 'image-missing' })
  })

  it('are refused by size before they are read', async () => {
    const file = await save('big.jpg', await sample().jpeg().toBuffer())
    await expect(decodeRgb(file, { maxBytes: 100 })).rejects.toMatchObject({ code: 'file-too-large' })
    await expect(decodeRgb(file, { maxPixels: 900 })).rejects.toMatchObject({ code: 'image-too-large' })
  })
})

describe('the picture pool', () => {
  it('answers as the functions do, and hands their errors over whole', async () => {
    const pool = new PicturePool(1)
    try {
      const file = await save('pool.png', await sample().png().toBuffer())
      expect(await pool.inspect(file)).toEqual(await inspectImage(file))
      const decoded = await decodeRgb(file)
      const crops = await pool.crop(
        file,
        [
          [1, 0, 0, 0, 1, 0],
          [1, 0, -3, 0, 1, 0],
        ],
        { width: 40, height: 24 },
      )
      expect(Buffer.from(crops.subarray(0, 2880))).toEqual(Buffer.from(decoded.data))
      expect(crops[2880 + 3 * 20]).toBe(decoded.data[3 * 23])
      await expect(pool.decode(path.join(folder, 'none.png'))).rejects.toMatchObject({
        name: 'MendError',
        code: 'image-missing',
        hint: expect.stringContaining('Put the picture back'),
      })
      const other = pool.crop(file, [], { width: 4, height: 4 }, { expected: { width: 24, height: 40 } })
      await expect(other).rejects.toMatchObject({ code: 'size-mismatch' })
    } finally {
      await pool.close()
    }
  })
})
