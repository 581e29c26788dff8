import { describe, expect, test } from 'vitest'
import { compileMapping } from './applyMapping.ts'
import type { LabelValue } from './label.ts'
import { parseMapping, type Mapping } from './mapping.ts'
import type { SourceSchema } from './record.ts'
import type { TaskSchema } from './task.ts'

const source = (tasks: Record<string, TaskSchema>): SourceSchema => ({
  format: 'test',
  tasks,
  tagLists: {},
  images: null,
})
const oneTask = (kind: string, to: string, components: object[] = []): Mapping =>
  parseMapping({ version: 1, format: 'test', tasks: { t: { kind, to, components } } })

const attributesOf = (values: (boolean | null)[]): LabelValue => ({ kind: 'attributes', values })

describe('attributes', () => {
  const schema = source({ t: { kind: 'attributes', attributes: ['male', 'backpack', 'handbag'] } })
  const mapping = oneTask('attributes', 'tags', [
    { from: 'male', to: 'female', invert: true },
    { from: 'backpack', to: 'bag' },
    { from: 'handbag', to: 'bag' },
  ])
  const compiled = compileMapping(mapping, schema, { tags: { kind: 'attributes', attributes: ['hat', 'bag'] } }, 'a')
  const apply = (...values: (boolean | null)[]): unknown => compiled.apply('t', attributesOf(values))?.value

  test('the project keeps its order; new attributes follow', () => {
    expect(compiled.tasks.tags).toEqual({ kind: 'attributes', attributes: ['hat', 'bag', 'female'] })
  })

  test('what the source does not carry is not annotated, never no', () => {
    expect(apply(true, false, false)).toEqual(attributesOf([null, false, false]))
  })

  test('inverting keeps unknown unknown', () => {
    expect(apply(false, null, null)).toEqual(attributesOf([null, null, true]))
    expect(apply(null, null, null)).toEqual(attributesOf([null, null, null]))
  })

  test('of merged attributes one yes is a yes, and only all no are a no', () => {
    expect(apply(null, true, null)).toEqual(attributesOf([null, true, null]))
    expect(apply(null, false, null)).toEqual(attributesOf([null, null, null]))
    expect(apply(null, false, false)).toEqual(attributesOf([null, false, null]))
  })
})

describe('joints', () => {
  const schema = source({
    t: { kind: 'keypoints', joints: ['nose', 'l_eye', 'r_eye', 'neck'], edges: [[0, 3]], flip: [0, 2, 1, 3] },
  })
  const project: Record<string, TaskSchema> = {
    pose: { kind: 'keypoints', joints: ['neck', 'head top'], edges: [[0, 1]], flip: [0, 1] },
  }
  const components = [
    { from: 'nose', to: 'nose' },
    { from: 'l_eye', to: 'left eye' },
    { from: 'r_eye', to: 'right eye' },
    { from: 'neck', to: 'neck' },
  ]
  const compiled = compileMapping(oneTask('keypoints', 'pose', components), schema, project, 'a')

  test('the skeleton grows at its end, with the new edges and the new mirror pairs', () => {
    expect(compiled.tasks.pose).toEqual({
      kind: 'keypoints',
      joints: ['neck', 'head top', 'nose', 'left eye', 'right eye'],
      edges: [
        [0, 1],
        [2, 0],
      ],
      flip: [0, 1, 2, 4, 3],
    })
  })

  test('joints take the order of the project, and the missing one is not annotated', () => {
    const joints = [1, 2, 3, 4].map((n) => ({ x: n, y: n, v: 2 as const }))
    expect(compiled.apply('t', { kind: 'keypoints', joints })?.value).toEqual({
      kind: 'keypoints',
      joints: [joints[3], { x: 0, y: 0, v: 0 }, joints[0], joints[1], joints[2]],
    })
  })

  test('two joints cannot go to one', () => {
    const clash = oneTask('keypoints', 'pose', [
      { from: 'l_eye', to: 'eye' },
      { from: 'r_eye', to: 'eye' },
    ])
    expect(() => compileMapping(clash, schema, project, 'a')).toThrow(
      expect.objectContaining({ code: 'mapping-misfit' }),
    )
  })
})

describe('parts', () => {
  const schema = source({ t: { kind: 'parts', parts: ['null', 'left shoe', 'right shoe', 'sky'], flip: [0, 2, 1, 3] } })
  const project: Record<string, TaskSchema> = {
    parts: { kind: 'parts', parts: ['background', 'shoes', 'hat'], flip: [0, 1, 2] },
  }
  const mapping = oneTask('parts', 'parts', [
    { from: 'null', to: 'background' },
    { from: 'left shoe', to: 'shoes' },
    { from: 'right shoe', to: 'shoes' },
    { from: 'sky', to: null },
  ])
  const mask = (...data: number[]): LabelValue => {
    return { kind: 'parts', left: 7, top: 8, width: data.length, height: 1, data: Uint8Array.from(data) }
  }

  test('parts merge, and a part that is not taken over is not annotated, never background', () => {
    const compiled = compileMapping(mapping, schema, project, 'a')
    expect(compiled.apply('t', mask(0, 1, 2, 3, 255))?.value).toEqual(mask(0, 1, 1, 255, 255))
    expect(compiled.tasks.parts).toEqual(project.parts)
  })

  test('a background cannot become a part', () => {
    const wrong = oneTask('parts', 'parts', [{ from: 'null', to: 'hat' }])
    expect(() => compileMapping(wrong, schema, project, 'a')).toThrow('background')
  })

  test('a mask cannot hold more than 255 numbers', () => {
    const many = Array.from({ length: 200 }, (_, part) => `p${part}`)
    const wide = source({
      t: { kind: 'parts', parts: ['null', ...many], flip: [0, ...many.map((_, part) => part + 1)] },
    })
    const components = ['null', ...many].map((from) => ({ from, to: from === 'null' ? 'background' : `new ${from}` }))
    const full: Record<string, TaskSchema> = {
      parts: { kind: 'parts', parts: ['background', ...many], flip: [0, ...many.map((_, part) => part + 1)] },
    }
    expect(() => compileMapping(oneTask('parts', 'parts', components), wide, full, 'a')).toThrow('401 parts')
  })
})

describe('identities', () => {
  const schema = source({ t: { kind: 'identity' } })
  const value: LabelValue = { kind: 'identity', identity: '0002', camera: 1 }

  test('each source has a namespace of its own; junk stays nobody', () => {
    const compiled = compileMapping(oneTask('identity', 'identity'), schema, {}, 'market')
    expect(compiled.apply('t', value)?.value).toEqual({ ...value, identity: 'market/0002' })
    expect(compiled.apply('t', { ...value, identity: null })?.value).toEqual({ ...value, identity: null })
  })

  test("a bundle's identities have theirs already", () => {
    expect(compileMapping(oneTask('identity', 'identity'), schema, {}, null).apply('t', value)?.value).toEqual(value)
  })
})

describe('a mapping that does not fit its source', () => {
  const schema = source({ t: { kind: 'attributes', attributes: ['hat'] } })

  test.each([
    ['a task that is not there', { version: 1, format: 'x', tasks: { u: { kind: 'attributes', to: 'u' } } }],
    ['another kind', { version: 1, format: 'x', tasks: { t: { kind: 'parts', to: 't' } } }],
    [
      'a component that is not there',
      {
        version: 1,
        format: 'x',
        tasks: { t: { kind: 'attributes', to: 't', components: [{ from: 'cap', to: 'hat' }] } },
      },
    ],
  ])('%s is refused', (_, document) => {
    expect(() => compileMapping(parseMapping(document), schema, {}, 'a')).toThrow(
      expect.objectContaining({ code: 'mapping-misfit' }),
    )
  })

  test('a task that goes nowhere is left out', () => {
    const mapping = parseMapping({ version: 1, format: 'x', tasks: { t: { kind: 'attributes', to: null } } })
    const compiled = compileMapping(mapping, schema, {}, 'a')
    expect(compiled.tasks).toEqual({})
    expect(compiled.apply('t', attributesOf([true]))).toBeNull()
  })
})
