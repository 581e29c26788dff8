import { expect, test } from 'vitest'
import type { RunDetail } from '../../../core/api/runs.ts'
import { distributionBoxes, lossCurves, metricChoices, metricCurves } from './runCharts.ts'
import { emptyDetail } from './runFixture.ts'

function detailOf(run: number, epochs: number[]): RunDetail {
  const zeros = epochs.map(() => 0)
  return {
    ...emptyDetail(['parts', 'depth'], run),
    epochs,
    tasks: [
      {
        task: 'parts',
        loss: epochs.map((epoch) => run / epoch),
        metrics: { pixelAccuracy: zeros, meanIou: epochs.map((epoch) => epoch / 10) },
        parameters: epochs.map(() => [0, 0, 0, 0, 2, 2, 2]),
        losses: epochs.map(() => null),
      },
      { task: 'depth', loss: zeros, metrics: { rmse: zeros }, parameters: [], losses: [] },
    ],
  }
}

test('scores and errors are apart, since they have no scale in common', () => {
  const detail = detailOf(1, [1, 2])
  expect(metricChoices(detail).map(({ value }) => value)).toEqual(['scores', 'errors', 'task:parts'])
  expect(metricCurves(detail, 'scores', null).series.map(({ name, values }) => [name, values])).toEqual([
    ['parts mIoU', [0.1, 0.2]],
  ])
  expect(metricCurves(detail, 'errors', null).series.map(({ name }) => name)).toEqual(['depth RMSE'])
})

test('another run lies behind with the colour of the same task, over all epochs of both', () => {
  const { x, series } = lossCurves(detailOf(2, [1, 2]), detailOf(1, [1, 4]))
  expect(x).toEqual([1, 2, 4])
  expect(series.map(({ name }) => name)).toEqual(['parts (run 1)', 'depth (run 1)', 'parts', 'depth'])
  expect(series[0]).toMatchObject({ values: [1, null, 0.25], faint: true, colour: series[2].colour })
  expect(series[2].values).toEqual([2, 1, null])
})

test('boxes show σ = exp(s/2): s of 2 is e', () => {
  const [box] = distributionBoxes(detailOf(1, [1]), 'parts', 'parameters')
  expect(box.x).toBe(1)
  expect(box.quantiles.slice(2, 5)).toEqual([1, 1, Math.E])
  expect(distributionBoxes(detailOf(1, [1]), 'parts', 'losses')).toEqual([])
})
