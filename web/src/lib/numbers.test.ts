import { expect, test } from 'vitest'

import { grouped, percent, reached } from './numbers'

test.each([
  ['1234567.50', '1,234,567.50'],
  ['-1234', '-1,234'],
  ['999', '999'],
  ['***', '***'],
  ['2026-05-31', '2026-05-31'],
])('%s is read as %s', (text, read) => expect(grouped(text)).toBe(read))

test.each([
  [0, '0%'],
  [0.0906, '9.1%'],
  [2 / 3, '67%'],
])('%d is %s', (share, text) => expect(percent(share)).toBe(text))

test.each([
  ['half the way', '50', '100', 'behind', 0.5],
  ['met by going under it', '13', '15', 'met', 1],
  ['behind by being over it', '30', '15', 'behind', 0.5],
  ['unknown', null, '15', 'unknown', null],
  ['no target', '13', null, 'no_target', null],
  ['target is no number', '13', 'many', 'behind', null],
] as const)('%s', (_, actual, target, state, share) => expect(reached(actual, target, state)).toBe(share))
