import { expect, test } from 'vitest'

import { Attempts, randomKey } from './attempt'

test('the same content keeps its key until it is acknowledged', () => {
  const attempts = new Attempts()
  const first = attempts.of({ a: 1 })
  expect(attempts.of({ a: 1 })).toBe(first)
  expect(attempts.of({ a: 2 })).not.toBe(first)
  const second = attempts.of({ a: 2 })
  attempts.done()
  expect(attempts.of({ a: 2 })).not.toBe(second)
})

test('a key is long enough to be one of its kind', () => expect(randomKey()).toMatch(/^[0-9a-f]{32}$/))
