import { expect, test } from 'vitest'
import { fileNameOf, tableToCsv } from './chartTable.ts'

test('a table becomes CSV with every digit and empty cells for what is missing', () => {
  const csv = tableToCsv({
    columns: ['epoch', 'parts, train', 'joints'],
    rows: [
      [1, 0.1 + 0.2, null],
      [2, NaN, 1e-7],
    ],
  })
  expect(csv).toBe('epoch,"parts, train",joints\r\n1,0.30000000000000004,\r\n2,,1e-7\r\n')
})

test('quotes are doubled and line breaks stay inside their cell', () => {
  expect(tableToCsv({ columns: ['a "b"', 'c\nd'], rows: [] })).toBe('"a ""b""","c\nd"\r\n')
})

test('a task named like a formula is text in a spreadsheet, a negative number stays a number', () => {
  expect(tableToCsv({ columns: ['=cmd()'], rows: [['@x'], [-3]] })).toBe("'=cmd()\r\n'@x\r\n-3\r\n")
})

test('a title becomes a file name without anything that a file system refuses', () => {
  expect(fileNameOf('Loss a task: parts/joints', 'csv')).toBe('loss-a-task-parts-joints.csv')
  expect(fileNameOf('../..', 'png')).toBe('chart.png')
})
