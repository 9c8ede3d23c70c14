// What a filled-in form sends: only what was changed, and only what fits.
import type { Schemas } from '../api/client'
import { grouped } from './numbers'

type Field = Schemas['Field']
export type Values = Record<string, string | null>

export type Fault = { key: 'field_needed' } | { key: 'field_number' } | { key: 'field_min'; min: string } | { key: 'field_max'; max: string }

/** The value of `field`: as typed, else as known already. */
export function current(field: Field, typed: Values): string | null {
  return field.name in typed ? (typed[field.name] ?? null) : field.value
}

/** Known already, and only to be looked at. A masked value is known without being shown: it has a source and no value. */
export function isPrefilled(field: Field): boolean {
  return (field.value !== null && field.value !== '') || isMasked(field)
}

export function isMasked(field: Field): boolean {
  return field.value === null && field.source !== null
}

/** Typed values that differ from what is known already. */
export function changed(fields: Field[], typed: Values): Values {
  const sent: Values = {}
  for (const field of fields) {
    if (!(field.name in typed)) continue
    const value = typed[field.name] || null
    if (value !== (field.value || null)) sent[field.name] = value
  }
  return sent
}

/** What does not fit, by field. The server checks again; this only saves the way there. */
export function faults(fields: Field[], typed: Values): Record<string, Fault> {
  const found: Record<string, Fault> = {}
  for (const field of fields) {
    const value = current(field, typed)
    if (value === null || value === '') {
      if (field.required && !(isMasked(field) && !(field.name in typed))) found[field.name] = { key: 'field_needed' }
      continue
    }
    const masked = !(field.name in typed)
    if (masked || (field.type !== 'integer' && field.type !== 'money')) continue
    const pattern = field.type === 'integer' ? /^-?\d+$/ : /^-?\d+(\.\d{1,2})?$/
    if (!pattern.test(value)) found[field.name] = { key: 'field_number' }
    else if (field.min !== null && Number(value) < Number(field.min)) found[field.name] = { key: 'field_min', min: field.min }
    else if (field.max !== null && Number(value) > Number(field.max)) found[field.name] = { key: 'field_max', max: field.max }
  }
  return found
}

/** A value as it is read: choices by their titles. */
export function shown(field: Field, value: string | null, say: (pair: Schemas['Text']) => string, words: { yes: string; no: string; none: string }): string {
  if (value === null || value === '') return words.none
  if (field.type === 'bool') return value === 'true' ? words.yes : words.no
  const title = (option: string) => {
    const found = field.options?.find((each) => each.value === option)
    return found ? say(found.title) : option
  }
  if (field.type === 'choice') return title(value)
  if (field.type === 'choices') return value.split(',').filter(Boolean).map(title).join('、')
  if (field.type === 'money') value = grouped(value)
  return field.unit ? `${value} ${say(field.unit)}` : value
}
