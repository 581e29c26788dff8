import { expect, test } from 'vitest'
import { apply, fromSixD, multiply, rotationX, rotationY, rotationZ, toSixD } from './rotation.ts'

const quarter = Math.PI / 2

function expectPoint(point: readonly number[], expected: readonly number[]): void {
  point.forEach((value, axis) => expect(value).toBeCloseTo(expected[axis], 12))
}

test('a quarter turn about x takes y to z, about y takes z to x, about z takes x to y', () => {
  expectPoint(apply(rotationX(quarter), [0, 1, 0]), [0, 0, 1])
  expectPoint(apply(rotationY(quarter), [0, 0, 1]), [1, 0, 0])
  expectPoint(apply(rotationZ(quarter), [1, 0, 0]), [0, 1, 0])
})

test('a product turns by its right factor first', () => {
  expectPoint(apply(multiply(rotationY(quarter), rotationX(quarter)), [0, 1, 0]), [1, 0, 0])
})

test('six numbers give the rotation back, also when scaled and sheared as a network would', () => {
  const rotation = multiply(rotationZ(0.3), multiply(rotationX(-1.1), rotationY(2)))
  const six = toSixD(rotation)
  expectPoint(fromSixD(six), rotation)
  const bent = six.map((value, entry) => (entry < 3 ? 2 * value : value + 0.7 * six[entry - 3]))
  expectPoint(fromSixD(bent), rotation)
})
