import { expect, test } from 'vitest'

import { en } from './en'
import { fill } from './fill'
import { type Key, zh } from './zh'

const places = (text: string) => [...new Set(text.match(/(?<=\{)\w+/g))].sort()

test('both languages fill in the same values', () => {
  const apart = (Object.keys(zh) as Key[]).filter((key) => places(zh[key]).join() !== places(en[key]).join())
  expect(apart).toEqual([])
})

test('what has no value stays visible', () => expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}'))

test('a word follows its number', () => {
  const text = '{n} {n|row|rows}'
  expect([fill(text, { n: 1 }), fill(text, { n: 0 }), fill(text, { n: '1,200' })]).toEqual(['1 row', '0 rows', '1,200 rows'])
})
