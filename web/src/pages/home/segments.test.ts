import { expect, test } from 'vitest'

import { segments } from './segments'

test('a day without a value is a gap, not a zero', () => {
  expect(segments([1, 2, null, 3], 96, 26).map((line) => line.split(' ').length)).toEqual([2, 1])
})

test('higher is further up, and equal values lie in the middle', () => {
  expect(segments([0, 10], 96, 26)).toEqual(['3.0,23.0 93.0,3.0'])
  expect(segments([5, 5], 96, 26)).toEqual(['3.0,13.0 93.0,13.0'])
  expect(segments([null], 96, 26)).toEqual([])
})
