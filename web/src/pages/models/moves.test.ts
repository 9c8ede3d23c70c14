import { expect, test } from 'vitest'

import type { Schemas } from '../../api/client'
import { movesByPlace, weekly } from './moves'

const place = (code: string): Schemas['Place'] => ({ code, name: code, level: 'l', level_title: { zh: 'l', en: 'l' }, parent: null })
const counts = { hit: 0, clear: 0, undetermined: 0, outside: 0 }

test('moves and visits of a place are one line, the busiest first', () => {
  const answer: Schemas['WhatIf'] = {
    before: counts,
    after: counts,
    stay: 9,
    enter: 5,
    leave: 0,
    level: 'l',
    places: [
      { place: place('990000000001'), stay: 9, enter: 1, leave: 0 },
      { place: place('990000000002'), stay: 0, enter: 4, leave: 0 },
      { place: null, stay: 0, enter: 1, leave: 0 },
    ],
    visits: { kind: 'k', kind_title: { zh: 'k', en: 'k' }, count: 5, unlinked: 1, weeks: 4, level: 'l', places: [{ place: place('990000000002'), count: 4, per_week: 1 }] },
    entering: [],
    leaving: [],
    milliseconds: 1,
  }
  expect(movesByPlace(answer).map((line) => [line.place?.code, line.enter, line.perWeek])).toEqual([
    ['990000000002', 4, 1],
    ['990000000001', 1, null],
    [undefined, 1, null],
  ])
})

test.each([
  [null, '–'],
  [0.25, '0.3'],
  [2, '2'],
  [12.4, '12'],
])('%s visits a week read %s', (visits, text) => expect(weekly(visits)).toBe(text))
