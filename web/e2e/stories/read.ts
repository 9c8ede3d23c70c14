// The words of the stories are data: what a programme is about stands in packs and in these files, not in code.
import { readFileSync } from 'node:fs'

import type { Words } from '../acting'
import type { Step } from './office'

export interface Story {
  demo: string[]
  first: string
  admitting: string
  words: Words
  report: { fields: Record<string, string>; send: string; ask: string }
  subject: { file: string; column: string; place: string; rural: string; yes: string }
  verify: string
  remark: Step
  typed: { field: string; value: string }
  admission: Step[]
  help: Step[]
  removal: Step[]
  end: string
}

export interface ClueStory {
  first: string
  words: Words
  clues: string
  open: string
  steps: Step[]
  end: string
}

export interface Week {
  first: string
  words: Words
  subjects: string
  kind: string
  cases: number
  fits: number
  open: string
  send: string
  fields: Record<string, string>
  accept: Step
  why: string
}

export interface Pages {
  first: string
  wide: string
  clues: string
  rows: string
  subjects: string
  kind: string
  reveal: string
  purpose: string
  models: string
  model: string
  data: string
  /** Addresses that are looked at on a phone. */
  phone: string[]
}

interface Files {
  'report.json': Story
  'clue.json': ClueStory
  'week.json': Week
  'pages.json': Pages
}

export function read<Name extends keyof Files>(name: Name): Files[Name] {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Files[Name]
}
