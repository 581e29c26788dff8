import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Project } from '../project.ts'
import { PeopleBrowser, type Query } from './browser.ts'
import { smallProject } from './smallProject.ts'

let project: Project
let remove: () => void
let browser: PeopleBrowser
function open(): void {
  ;({ project, remove } = smallProject())
  browser = new PeopleBrowser(project.connection)
}

const everybody: Query = {
  unit: 'people',
  filter: { text: '', values: {}, ranges: {} },
  sort: { by: 'id', descending: false },
}
function filtered(filter: Partial<Query['filter']>, rest: Partial<Query> = {}): Query {
  return { ...everybody, ...rest, filter: { ...everybody.filter, ...filter } }
}
const people = async (query: Query): Promise<number[]> =>
  (await browser.list(query, 0, 100)).rows.map((row) => row.person)
const counts = async (query: Query, facet: string): Promise<Record<string, number>> => {
  const { facets } = await browser.facets(query)
  const found = facets.find(({ id }) => id === facet)
  return Object.fromEntries((found?.values ?? []).map(({ title, count }) => [title, count]))
}

describe('listing people', () => {
  beforeAll(open)
  afterAll(() => remove())

  test('the first look, before anything is in memory, says the same as later ones', async () => {
    expect(browser.ready).toBe(false)
    const first = await browser.list(everybody, 1, 3)
    await browser.prepare()
    const later = await browser.list(everybody, 1, 3)
    expect(first).toEqual({ ...later, version: 'first' })
    expect(first.total).toBe(5)
    expect(first.rows.map((row) => [row.person, row.states, row.suspect])).toEqual([
      [2, 'l-', false],
      [3, '-v', false],
      [4, 'l-', false],
    ])
  })

  test.each<[string, Partial<Query['filter']>, number[]]>([
    ['of a source', { values: { source: ['2'] } }, [4, 5]],
    ['of either source', { values: { source: ['1', '2'] } }, [1, 2, 3, 4, 5]],
    ['with a label in a state', { values: { 'task:joints': ['verified'] } }, [3]],
    ['without a label', { values: { 'task:joints': ['none'] } }, [2, 4, 5]],
    ['with an attribute', { values: { 'answer:tags/hat': ['yes'] } }, [1, 4]],
    ['where nobody answered', { values: { 'answer:tags/bag': ['none'] } }, [2, 3, 5]],
    ['that are suspect', { values: { 'suspect:joints': ['open'] } }, [1]],
    ['of a split', { values: { split: ['train'] } }, [1, 2]],
    ['of a size', { ranges: { boxHeight: { from: 80, to: 100 } } }, [1, 5]],
    ['with a score', { ranges: { 'score:joints': { from: 2, to: null } } }, [1]],
    ['by the name of the picture', { text: 'STREET' }, [1, 2, 3]],
    ['by their own id', { text: 'p4' }, [5]],
    ['by number', { text: '#3' }, [3]],
    ['of which all is asked', { text: 'street', values: { 'answer:tags/hat': ['yes'] } }, [1]],
    ['whose name has a sign of patterns in it', { text: 'street%a' }, []],
  ])('%s', async (_, filter, expected) => {
    expect(await people(filtered(filter))).toEqual(expected)
  })

  test('sorted by a field, those without a value last, either way', async () => {
    expect(await people({ ...everybody, sort: { by: 'boxHeight', descending: false } })).toEqual([2, 5, 1, 3, 4])
    expect(await people({ ...everybody, sort: { by: 'boxHeight', descending: true } })).toEqual([3, 1, 5, 2, 4])
  })

  test('images, each once, with the people that match, and those without people', async () => {
    const { rows, total } = await browser.list({ ...everybody, unit: 'images' }, 0, 10)
    expect(total).toBe(4)
    expect(rows.map((row) => [row.image, row.people])).toEqual([
      [1, [1, 2]],
      [2, [3]],
      [3, [4, 5]],
      [4, []],
    ])
    const hats = filtered({ values: { 'answer:tags/hat': ['yes'] } }, { unit: 'images' })
    expect((await browser.list(hats, 0, 10)).rows.map((row) => row.people)).toEqual([[1], [4]])
  })

  test('positions and ranges', async () => {
    const query = { ...everybody, sort: { by: 'boxHeight', descending: true } }
    expect(await browser.position(query, 5)).toEqual({ position: 2, total: 5 })
    expect(await browser.position(filtered({ text: 'street' }), 5)).toEqual({ position: null, total: 3 })
    expect(await browser.ids(query, 1, 3)).toEqual([1, 5])
  })

  test('a filter by something that is gone says so', async () => {
    await expect(people(filtered({ values: { 'task:gone': ['none'] } }))).rejects.toMatchObject({
      code: 'filter-unknown',
    })
    await expect(people({ ...everybody, sort: { by: 'gone', descending: true } })).rejects.toMatchObject({
      code: 'sort-unknown',
    })
  })
})

describe('counting people', () => {
  beforeAll(open)
  afterAll(() => remove())

  test('a facet ignores its own filter and heeds the others', async () => {
    const query = filtered({ values: { source: ['2'], 'answer:tags/hat': ['yes'] } })
    expect((await browser.facets(query)).total).toBe(1)
    expect(await counts(query, 'source')).toEqual({ one: 1, two: 1 })
    expect(await counts(query, 'answer:tags/hat')).toEqual({ yes: 1, no: 0, 'not annotated': 1 })
    expect(await counts(query, 'task:tags')).toEqual({ labelled: 1, verified: 0, rejected: 0, 'not annotated': 0 })
  })

  test('images count once however many of their people match', async () => {
    expect(await counts({ ...everybody, unit: 'images' }, 'source')).toEqual({ one: 3, two: 2 })
    expect(await counts({ ...everybody, unit: 'images' }, 'task:tags')).toMatchObject({
      labelled: 2,
      'not annotated': 3,
    })
    expect((await browser.facets({ ...everybody, unit: 'images' })).total).toBe(4)
  })

  test('histograms of whole numbers have a bin each', async () => {
    const { histograms } = await browser.facets(everybody)
    const joints = histograms.find(({ id }) => id === 'joints:joints')
    // At most 99.5% of two values is the smaller one: the last bin also has what lies beyond.
    expect(joints).toMatchObject({ whole: true, from: 1, counts: [2], missing: 3 })
    expect(histograms.find(({ id }) => id === 'boxHeight')?.missing).toBe(1)
  })
})

describe('changes', () => {
  beforeEach(open)
  afterEach(() => remove())

  test('of labels, splits and decisions are seen, whoever made them', async () => {
    await browser.prepare()
    project.transaction((writer) => {
      const label = writer.labels.currentOf(1).find(({ task }) => task === 'tags')
      if (label === undefined) throw new Error('no label')
      writer.labels.apply(
        label.id,
        { type: 'set-state', mark: { state: 'verified', origin: 'imported' } },
        { by: 'Ada', why: 'looked' },
      )
      writer.images.setSplit(2, 'val')
      writer.suspects.decide(1, writer.labels.currentOf(1).find(({ task }) => task === 'joints')?.id ?? 0, 'keep')
    })
    expect(await people(filtered({ values: { 'task:tags': ['verified'] } }))).toEqual([1])
    expect(await people(filtered({ values: { split: ['val'] } }))).toEqual([3])
    expect(await people(filtered({ values: { 'suspect:joints': ['decided'] } }))).toEqual([1])
    expect(await people(filtered({ values: { reviewer: ['Ada'] } }))).toEqual([1])
  })

  test('people that come and go are seen', async () => {
    await browser.prepare()
    project.transaction((writer) => writer.people.delete(2))
    expect(await people(everybody)).toEqual([1, 3, 4, 5])
    project.transaction((writer) => writer.people.insert({ image: 4, box: null }))
    expect(await people(everybody)).toEqual([1, 3, 4, 5, 6])
    project.transaction((writer) => writer.people.delete(3))
    expect((await browser.list({ ...everybody, unit: 'images' }, 0, 10)).rows.map((row) => row.people)).toEqual([
      [1],
      [4, 5],
      [6],
      [],
    ])
  })

  test('pages of a list fit together although people change in between', async () => {
    await browser.prepare()
    const query = filtered({ values: { 'task:tags': ['labelled'] } })
    const first = await browser.list(query, 0, 2)
    expect(first.rows.map((row) => row.person)).toEqual([1, 2])
    project.transaction((writer) => writer.connection.run("UPDATE label SET state = 'verified' WHERE person_id = 1"))
    const second = await browser.list(query, 2, 2, first.version)
    expect(second.rows.map((row) => row.person)).toEqual([4])
    expect((await browser.list(query, 0, 5)).rows.map((row) => row.person)).toEqual([2, 4])
  })
})
