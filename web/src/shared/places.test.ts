import { expect, test } from 'vitest'

import type { Schemas } from '../api/client'
import { below, start, way } from './place-tree'

const place = (code: string, parent: string | null): Schemas['Place'] => ({ code, name: code, level: 'l', level_title: { zh: 'l', en: 'l' }, parent })
// The caller's scope begins below a place that is not listed.
const places = [place('9901', '99'), place('990101', '9901'), place('990102', '9901'), place('99010101', '990101')]

test('the way to a place goes from the widest to it', () => {
  expect(way(places, '99010101').map((each) => each.code)).toEqual(['9901', '990101', '99010101'])
  expect(way(places, 'unknown')).toEqual([])
  expect(way([place('99', '99')], '99').length).toBe(1)
})

test('the scope begins at places whose parent is not in it', () => {
  expect(below(places, null).map((each) => each.code)).toEqual(['9901'])
  expect(below(places, '9901').map((each) => each.code)).toEqual(['990101', '990102'])
  expect(below(places, '990102')).toEqual([])
})

test('choosing begins where there is a choice', () => {
  expect(start(places)).toBe('9901')
  expect(start(places.slice(1))).toBe(null)
  expect(start([place('99', null)])).toBe(null)
  expect(start([])).toBe(null)
})
