import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { number, signalBars, trajectoryChart } from './charts.ts'
import { partColour } from './colours.ts'
import { attributesTable, partsLegend, vectorTable } from './comparison.ts'
import type { SuspectEntry } from './entry.ts'
import { escapeText } from './escape.ts'
import { depthOverlay, depthRange, maskOverlay, partsPresent } from './rasters.ts'
import { script } from './script.ts'
import { skeletonDrawing } from './skeleton.ts'
import { writeSuspectsPage } from './writeSuspectsPage.ts'

const limbs = {
  kind: 'keypoints',
  joints: ['left knee', 'right knee', 'neck'],
  edges: [
    [0, 2],
    [1, 2],
  ],
  flip: [1, 0, 2],
} as const

function entry(changes: Partial<SuspectEntry> = {}): SuspectEntry {
  const width = 48
  const height = 64
  return {
    task: 'joints',
    labelId: 7,
    personId: 3,
    image: 'a.jpg',
    source: 'lspet',
    rank: 1,
    score: 2.5,
    why: 'Left knee is 3.1 deviations from where the network expects it.',
    signals: { s: { value: 1.2, percentile: 0.998 } },
    trajectory: { s: [0, 1], median: [0, -1] },
    crop: { width, height, rgb: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251) },
    rows: {
      kind: 'keypoints',
      schema: limbs,
      given: Float32Array.of(10, 20, 2, 30, 20, 1, 0, 0, 0),
      predicted: Float32Array.of(14, 40, 0.9, 30, 21, 0.5, 20, 5, 0.1),
    },
    worstComponent: 0,
    ...changes,
  }
}

describe('the page of suspects', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'suspects-page-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  async function page(entries: SuspectEntry[]): Promise<string> {
    const out = join(folder, 'page.html')
    const report = await writeSuspectsPage({ title: 'run <1>', entries, out })
    const html = await readFile(out, 'utf8')
    expect(report).toEqual({ out, entries: entries.length, bytes: Buffer.byteLength(html) })
    return html
  }

  test('is one file that refers to nothing outside it and runs no script but its own', async () => {
    const html = await page([entry()])
    expect(html).not.toMatch(/https?:|src="(?!data:)|url\(/)
    expect(html).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`)
    expect(html.match(/<script>/g)).toHaveLength(1)
    expect(html).toContain('run &#60;1&#62;')
    expect(() => new Function(script)).not.toThrow()
  })

  test('shows given and predicted side by side, the reason, the rank and the label’s number', async () => {
    const html = await page([entry()])
    for (const text of ['Given label', 'Model', 'Left knee is 3.1 deviations', 'rank 1', '>7<', 'lspet', 'p99.8']) {
      expect(html).toContain(text)
    }
    expect(html).toContain('data-short="Left knee is 3.1 deviations from where the network expects it"')
    expect(html.match(/<svg class="over"/g)).toHaveLength(2)
  })

  test('turns hostile names into text', async () => {
    const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>\u202egnp.exe`
    const html = await page([entry({ image: hostile, source: hostile, task: hostile, why: hostile })])
    expect(html).not.toContain('<script>alert')
    expect(html).not.toContain('<img src=x')
    expect(html).not.toContain('\u202e')
    expect(html).toContain('&#60;script&#62;alert(1)')
  })

  test('draws every kind of label', async () => {
    const size = 48 * 64
    const depth = Float32Array.from({ length: size }, (_, i) => (i % 9 === 0 ? NaN : i))
    const html = await page([
      entry({
        labelId: 1,
        rows: {
          kind: 'parts',
          schema: { kind: 'parts', parts: ['background', 'dress'], flip: [0, 1] },
          given: new Uint8Array(size).fill(1),
          predicted: new Uint8Array(size),
        },
      }),
      entry({
        labelId: 2,
        rows: { kind: 'depth', schema: { kind: 'depth', unit: 'metre' }, given: depth, predicted: null },
      }),
      entry({
        labelId: 3,
        rows: {
          kind: 'attributes',
          schema: { kind: 'attributes', attributes: ['hat'] },
          given: Int8Array.of(1),
          predicted: Float32Array.of(0.1),
        },
      }),
      entry({
        labelId: 4,
        rows: {
          kind: 'vector',
          schema: { kind: 'vector', components: ['tilt'], groups: [{ name: 'pose', start: 0, length: 1 }], flip: null },
          given: Float32Array.of(1),
          predicted: Float32Array.of(-1),
        },
      }),
      entry({
        labelId: 5,
        rows: { kind: 'identity', schema: { kind: 'identity' }, given: Int32Array.of(1, 2), predicted: null },
      }),
    ])
    expect(html.match(/<article /g)).toHaveLength(5)
    expect(html.match(/class="raster"/g)).toHaveLength(3)
    for (const text of ['dress', 'metre', 'hat', 'tilt', 'no prediction']) expect(html).toContain(text)
  })

  test('keeps each entry within 50 KB, whatever the picture', async () => {
    const side = 700
    const noise = Uint8Array.from({ length: side * side * 3 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255)
    const mask = Uint8Array.from({ length: side * side }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) % 20)
    const html = await page([
      entry({
        crop: { width: side, height: side, rgb: noise },
        rows: {
          kind: 'parts',
          schema: { kind: 'parts', parts: Array.from({ length: 20 }, (_, i) => `part ${i}`), flip: [] },
          given: mask,
          predicted: mask,
        },
      }),
    ])
    expect(html.length).toBeLessThan(50_000 + 20_000)
  })

  test('refuses arrays that do not fit, and leaves the old page when it fails', async () => {
    const before = await page([entry()])
    const out = join(folder, 'page.html')
    const short = entry({ crop: { width: 48, height: 64, rgb: new Uint8Array(5) } })
    await expect(writeSuspectsPage({ title: '', entries: [entry(), short], out })).rejects.toThrow(
      'a crop of 5 bytes for 48×64',
    )
    const other = entry({ rows: { kind: 'keypoints', schema: limbs, given: new Float32Array(6), predicted: null } })
    await expect(writeSuspectsPage({ title: '', entries: [other], out })).rejects.toThrow(
      '6 given and no predicted values where 9',
    )
    expect(await readFile(out, 'utf8')).toBe(before)
    await expect(writeSuspectsPage({ title: '', entries: [], out: join(folder, 'no', 'x.html') })).rejects.toThrow(
      'cannot write',
    )
    expect(await readdir(folder)).toEqual(['page.html'])
  })

  test('says so when there is nothing to show', async () => {
    expect(await page([])).toContain('No suspects.')
  })
})

describe('drawings', () => {
  test('skeletons leave out joints that are not placed, hollow hidden ones and colour by side', () => {
    const { given, predicted } = entry().rows as { given: Float32Array; predicted: Float32Array }
    const drawing = skeletonDrawing(given, limbs, {
      width: 48,
      height: 64,
      worst: 0,
      other: predicted,
      third: 'visibility',
    })
    expect(drawing.match(/<circle class="joint/g)).toHaveLength(2)
    expect(drawing).toContain('class="joint left"')
    expect(drawing).toContain('class="joint right hidden"')
    expect(drawing).not.toContain('class="bone-back"')
    expect(drawing).toContain('class="pointer" x1="10.00" y1="20.00" x2="14.00" y2="40.00"')
  })

  test('masks are clear on the background and grey where nobody annotated', () => {
    expect([...maskOverlay(Uint8Array.of(0, 255, 3))]).toEqual([0, 0, 0, 0, 128, 128, 128, 110, ...partColour(3), 165])
    expect(new Set(Array.from({ length: 60 }, (_, part) => partColour(part).join())).size).toBe(60)
  })

  test('depth shares one scale between both maps and is clear where invalid', () => {
    expect(depthRange(Float32Array.of(NaN), Float32Array.of(2, 4))).toEqual({ low: 2, high: 4 })
    expect(depthRange(Float32Array.of(NaN))).toBeNull()
    const overlay = depthOverlay(Float32Array.of(2, 4, NaN), { low: 2, high: 4 })
    expect([...overlay]).toEqual([68, 1, 84, 255, 253, 231, 37, 255, 0, 0, 0, 0])
  })

  test('the legend lists the parts present, largest first, and marks those that differ', () => {
    const given = Uint8Array.of(1, 1, 2, 0)
    const predicted = Uint8Array.of(1, 1, 0, 0)
    expect(partsPresent(given, predicted)).toEqual([
      { part: 1, given: 0.5, predicted: 0.5 },
      { part: 2, given: 0.25, predicted: 0 },
    ])
    const legend = partsLegend(['background', 'dress', 'bag'], given, predicted, 2)
    expect(legend).toMatch(/<li class="">.*dress.*<li class="differs worst">.*bag/)
  })

  test('attributes stand with disagreements first; what is not annotated is neither yes nor no', () => {
    const table = attributesTable(
      { kind: 'attributes', attributes: ['hat', 'bag', 'coat'] },
      Int8Array.of(1, 0, -1),
      Float32Array.of(0.9, 0.8, 0.7),
      1,
    )
    expect(table.indexOf('bag')).toBeLessThan(table.indexOf('hat'))
    expect(table).toMatch(/class="disagrees".*bag.*>no<.*80%/)
    expect(table).toMatch(/class="unknown".*coat.*not annotated/)
  })

  test('vectors show the largest differences and count the rest', () => {
    const components = Array.from({ length: 30 }, (_, i) => `entry ${i}`)
    const given = Float32Array.from(components, (_, i) => i)
    const table = vectorTable({ kind: 'vector', components, groups: [], flip: null }, given, new Float32Array(30))
    expect(table.indexOf('entry 29')).toBeLessThan(table.indexOf('entry 28'))
    expect(table).toContain('and 6 that differ less')
  })

  test('the course of s breaks where the label was not seen; without parameters there is none', () => {
    const chart = trajectoryChart({ s: [0, NaN, 1, 2], median: [0, 0, 0, 0] })
    expect(chart.match(/class="own" d="([^"]*)"/)?.[1].match(/M/g)).toHaveLength(2)
    expect(trajectoryChart({ s: [NaN], median: [NaN] })).toBe('')
  })

  test('signals without a value have no bar, and numbers read as people write them', () => {
    expect(signalBars({ s: { value: NaN, percentile: NaN } })).toBe('')
    expect([number(0.12345), number(1234.5), number(1e-9), number(NaN), number(-0)]).toEqual([
      '0.123',
      '1230',
      '1.0e-9',
      '–',
      '0',
    ])
  })

  test('text is escaped for content and attributes', () => {
    expect(escapeText(`<a href="x">'&\u0000`)).toBe('&#60;a href=&#34;x&#34;&#62;&#39;&#38;\ufffd')
  })
})
