// A condition of a pack as people read it: names by their titles, signs by words. The condition itself stays beside it.
import type { Schemas } from '../api/client'

/** How the signs of the language read. */
export interface Signs {
  and: string
  or: string
  not: string
  known: string
  unknown: string
}

/**
 * `text` with each name of `values` by its title and each sign in words: `paid >= :line` as `本年自付 ≥ 预警线`. Texts in quotes stay as
 * they are, and so does everything that has no title. `null` where nothing was found to say better.
 */
export function worded(text: string, values: Pick<Schemas['Value'], 'name' | 'title'>[], say: (title: Schemas['Text']) => string, signs: Signs): string | null {
  const titles = new Map(values.map((value) => [value.name, say(value.title)]))
  // What is computed from others has a name that holds theirs: the long ones are looked for first.
  const names = [...titles.keys()].sort((one, other) => other.length - one.length).map(escaped)
  if (names.length === 0) return null
  const name = `(?<![\\w.:])(?:${names.join('|')})(?![\\w.(])`
  const tokens = new RegExp(`'[^']*'|${name}|\\bis\\s+not\\s+null\\b|\\bis\\s+null\\b|\\b(?:and|or|not)\\b|<>|!=|>=|<=`, 'g')
  let isNamed = false
  const said = text.replace(tokens, (token) => {
    const title = titles.get(token)
    if (title !== undefined) isNamed = true
    return title ?? sign(token, signs)
  })
  return isNamed ? said : null
}

function sign(token: string, signs: Signs): string {
  switch (token.replace(/\s+/g, ' ')) {
    case 'and':
      return signs.and
    case 'or':
      return signs.or
    case 'not':
      return signs.not
    case 'is not null':
      return signs.known
    case 'is null':
      return signs.unknown
    case '>=':
      return '≥'
    case '<=':
      return '≤'
    case '<>':
    case '!=':
      return '≠'
    default:
      return token
  }
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
