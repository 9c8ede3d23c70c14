import { expect, test } from 'vitest'

import type { Schemas } from '../api/client'
import { changed, faults, shown } from './fields'

function field(part: Partial<Schemas['Field']>): Schemas['Field'] {
  const text = { zh: 'x', en: 'x' }
  return { name: 'f', title: text, type: 'text', required: false, help: null, unit: null, min: null, max: null, value: null, source: null, class: 'internal', ...part }
}

test.each([
  ['nothing typed, nothing sent', field({ value: 'old' }), {}, {}],
  ['the same again is no change', field({ value: 'old' }), { f: 'old' }, {}],
  ['a change is sent', field({ value: 'old' }), { f: 'new' }, { f: 'new' }],
  ['emptied is sent as null', field({ value: 'old' }), { f: '' }, { f: null }],
  ['empty stays empty', field({}), { f: '' }, {}],
])('%s', (_, each, typed, sent) => {
  expect(changed([each], typed as Record<string, string>)).toEqual(sent)
})

test.each([
  ['a required field without value', field({ required: true }), {}, 'field_needed'],
  ['a required field that is known already', field({ required: true, value: '4' }), {}, undefined],
  ['a required field that was emptied', field({ required: true, value: '4' }), { f: '' }, 'field_needed'],
  ['a word for a number', field({ type: 'integer' }), { f: 'four' }, 'field_number'],
  ['thousandths of a yuan', field({ type: 'money' }), { f: '1.234' }, 'field_number'],
  ['fen', field({ type: 'money' }), { f: '1.23' }, undefined],
  ['under the least', field({ type: 'integer', min: '1' }), { f: '0' }, 'field_min'],
  ['over the most', field({ type: 'integer', max: '9' }), { f: '10' }, 'field_max'],
  ['compared as numbers, not as text', field({ type: 'integer', max: '10' }), { f: '9' }, undefined],
  ['masked, known and untouched', field({ type: 'integer', required: true, source: { zh: 'x', en: 'x' } }), {}, undefined],
  ['masked and then emptied', field({ required: true, source: { zh: 'x', en: 'x' } }), { f: '' }, 'field_needed'],
])('%s', (_, each, typed, key) => {
  expect(faults([each], typed as Record<string, string>)['f']?.key).toBe(key)
})

test('choices are read by their titles', () => {
  const options = [
    { value: 'a', title: { zh: '甲', en: 'A' } },
    { value: 'b', title: { zh: '乙', en: 'B' } },
  ]
  const words = { yes: 'yes', no: 'no', none: '–' }
  const say = (pair: { zh: string }) => pair.zh
  expect(shown(field({ type: 'choices', options }), 'b,a', say, words)).toBe('乙、甲')
  expect(shown(field({ type: 'bool' }), 'false', say, words)).toBe('no')
  expect(shown(field({ type: 'money', unit: { zh: '元', en: 'yuan' } }), '31200.00', say, words)).toBe('31,200.00 元')
  expect(shown(field({}), null, say, words)).toBe('–')
})
