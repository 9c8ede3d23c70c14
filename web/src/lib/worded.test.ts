import { expect, test } from 'vitest'

import { worded } from './worded'

const title = (zh: string) => ({ zh, en: zh })
const values = [
  { name: 'paid', title: title('已付') },
  { name: ':line', title: title('界限') },
  { name: 'above.listed', title: title('在册') },
  { name: 'days(paid)', title: title('天数') },
  { name: 'due', title: title('期限') },
]
const signs = { and: '且', or: '或', not: '不', known: '有记录', unknown: '没有记录' }

test.each([
  ['paid >= :line', '已付 ≥ 界限'],
  ['due is not null', '期限 有记录'],
  ['due is null or not above.listed', '期限 没有记录 或 不 在册'],
  ['the longest name is the one meant: days(paid) > 3', 'the longest name is the one meant: 天数 > 3'],
  ["paid <> 'and paid'", "已付 ≠ 'and paid'"],
  ['a name within another: unpaid, paid_by, x.paid, paid(1), due < 2', 'a name within another: unpaid, paid_by, x.paid, paid(1), 期限 < 2'],
])('%s', (text, said) => {
  expect(worded(text, values, (pair) => pair.zh, signs)).toBe(said)
})

test.each([['nothing >= here'], ['1 = 1']])('%s: nothing to say better', (text) => {
  expect(worded(text, values, (pair) => pair.zh, signs)).toBeNull()
})

test('without values nothing is said better', () => {
  expect(worded('paid > 1', [], (pair) => pair.zh, signs)).toBeNull()
})
