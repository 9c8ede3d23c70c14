import { expect, test } from 'vitest'

import { en } from './en'
import { fill } from './fill'
import { type Key, zh } from './zh'

const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

test('both languages fill in the same values', () => {
  const apart = (Object.keys(zh) as Key[]).filter((key) => places(zh[key]).join() !== places(en[key]).join())
  expect(apart).toEqual([])
})

test('what has no value stays visible', () => expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}'))
