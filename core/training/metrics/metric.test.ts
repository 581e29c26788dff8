import { describe, expect, test } from 'vitest'
import { byteOfComponent } from '../../dataset/normals.ts'
import type { TaskSchema } from '../../dataset/task.ts'
import { createAttributesMetric } from './attributesMetric.ts'
import { createDepthMetric } from './depthMetric.ts'
import { createTaskMetric } from './metric.ts'
import { createNormalsMetric } from './normalsMetric.ts'
import { createPartsMetric } from './partsMetric.ts'
import { createVectorMetric } from './vectorMetric.ts'

describe('attributes', () => {
  test('mA is the mean over attributes of (TPR + TNR)/2, over what is annotated', () => {
    const metric = createAttributesMetric(2)
    // Attribute 0: yes, yes, no, no answered yes, no, no, no → TPR 1/2, TNR 1: 0.75. Attribute 1: yes, no answered no, yes: 0.
    metric.add({ given: Int8Array.of(1, 1, 1, 0), predicted: Float32Array.of(0.9, 0.2, 0.4, 0.8) })
    metric.add({ given: Int8Array.of(0, -1, 0, -1), predicted: Float32Array.of(0.1, 0.9, 0.5, 0.1) })
    expect(metric.result()).toEqual({ meanAccuracy: 0.375, accuracy: 0.5 })
  })

  test('an attribute that is always yes where annotated says nothing about mA', () => {
    const metric = createAttributesMetric(1)
    metric.add({ given: Int8Array.of(1, -1, 1), predicted: Float32Array.of(0.9, 0.9, 0.1) })
    expect(metric.result()).toEqual({ accuracy: 0.5 })
  })
})

describe('parts', () => {
  test('mIoU counts over the whole split, background included, absent classes left out', () => {
    const metric = createPartsMetric(4)
    metric.add({ given: Uint8Array.of(0, 0, 1, 1), predicted: Uint8Array.of(0, 1, 1, 1) })
    metric.add({ given: Uint8Array.of(1, 2), predicted: Uint8Array.of(0, 2) })
    // 0: 1 of 3; 1: 2 of 4; 2: 1 of 1; 3 never occurs.
    expect(metric.result().meanIou).toBeCloseTo((1 / 3 + 1 / 2 + 1) / 3, 12)
    expect(metric.result().pixelAccuracy).toBeCloseTo(4 / 6, 12)
  })

  test('pixels that nobody annotated count nowhere, not even as wrong predictions', () => {
    const metric = createPartsMetric(2)
    metric.add({ given: Uint8Array.of(255, 1, 255), predicted: Uint8Array.of(0, 1, 1) })
    expect(metric.result()).toEqual({ meanIou: 1, pixelAccuracy: 1 })
    const nothing = createPartsMetric(2)
    nothing.add({ given: Uint8Array.of(255), predicted: Uint8Array.of(1) })
    expect(nothing.result()).toEqual({})
  })
})

describe('depth', () => {
  test('is the mean absolute error and the share within a factor of 1.25, over valid pixels', () => {
    const metric = createDepthMetric()
    metric.add({ given: Float32Array.of(2, NaN, 4), predicted: Float32Array.of(2.25, 9, 3) })
    metric.add({ given: Float32Array.of(1, 4), predicted: Float32Array.of(1.25, -1) })
    // Errors .25, 1, .25, 5; ratios 1.125, 1.333, 1.25 (not below), negative.
    expect(metric.result().absoluteError).toBeCloseTo(6.5 / 4, 6)
    expect(metric.result().delta125).toBe(0.25)
  })
})

describe('normals', () => {
  test('are the mean angle and the shares below 11.25°, 22.5° and 30°, over valid pixels', () => {
    const metric = createNormalsMetric()
    const direction = (degrees: number): number[] =>
      [Math.sin((degrees * Math.PI) / 180), 0, Math.cos((degrees * Math.PI) / 180)].map(byteOfComponent)
    const facing = direction(0)
    metric.add({
      given: Uint8Array.from([...facing, ...facing, 0, 0, 0]),
      predicted: Uint8Array.from([...facing, ...direction(20), ...direction(90)]),
    })
    metric.add({
      given: Uint8Array.from([...facing, ...direction(-90)]),
      predicted: Uint8Array.from([...direction(-25), ...direction(90)]),
    })
    // Angles 0, 20, 25 and 180; what is not valid counts nowhere.
    const { meanAngularError, ...shares } = metric.result()
    expect(meanAngularError).toBeCloseTo(225 / 4, 0)
    expect(shares).toEqual({ within11: 0.25, within22: 0.5, within30: 0.75 })
  })
})

describe('vectors', () => {
  test('RMSE is over annotated entries, whole and per group', () => {
    const metric = createVectorMetric([
      { name: 'pose', start: 0, length: 2 },
      { name: 'shape', start: 2, length: 1 },
    ])
    metric.add({ given: Float32Array.of(0, 0, NaN), predicted: Float32Array.of(3, 1, 5) })
    metric.add({ given: Float32Array.of(1, NaN, 2), predicted: Float32Array.of(1, 7, 4) })
    expect(metric.result().rmse).toBeCloseTo(Math.sqrt(14 / 4), 12)
    expect(metric.result()['rmse pose']).toBeCloseTo(Math.sqrt(10 / 3), 12)
    expect(metric.result()['rmse shape']).toBeCloseTo(2, 12)
  })
})

test('every kind of task has a metric that measures nothing yet', () => {
  const schemas: TaskSchema[] = [
    { kind: 'attributes', attributes: ['hat'] },
    { kind: 'identity' },
    { kind: 'keypoints', joints: ['head', 'neck'], edges: [], flip: [0, 1] },
    { kind: 'parts', parts: ['background', 'dress'], flip: [0, 1] },
    { kind: 'depth', unit: 'metre' },
    { kind: 'normals' },
    { kind: 'vector', components: ['a'], groups: [{ name: 'pose', start: 0, length: 1 }], flip: null },
  ]
  for (const schema of schemas) {
    const created = createTaskMetric(schema)
    expect(created.kind).toBe(schema.kind)
    expect(created.metric.result()).toEqual({})
  }
})

test('labels and predictions of different sizes are refused', () => {
  expect(() => createAttributesMetric(2).add({ given: new Int8Array(3), predicted: new Float32Array(3) })).toThrow(
    '3 given',
  )
  expect(() => createDepthMetric().add({ given: new Float32Array(3), predicted: new Float32Array(2) })).toThrow(
    '2 predicted',
  )
})
