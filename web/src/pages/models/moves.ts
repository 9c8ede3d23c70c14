// Who moves, by place, with the visits that makes.
import type { Schemas } from '../../api/client'

export interface PlaceMoves {
  place: Schemas['Place'] | null
  stay: number
  enter: number
  leave: number
  perWeek: number | null
}

/** Moves and visits of the same place in one line; the busiest first, equal ones in the order they came. */
export function movesByPlace(answer: Schemas['WhatIf']): PlaceMoves[] {
  const lines = new Map<string, PlaceMoves>()
  const at = (place: Schemas['Place'] | null) => {
    const key = place?.code ?? ''
    const line = lines.get(key) ?? { place, stay: 0, enter: 0, leave: 0, perWeek: null }
    lines.set(key, line)
    return line
  }
  for (const { place, stay, enter, leave } of answer.places) Object.assign(at(place), { stay, enter, leave })
  for (const { place, per_week } of answer.visits?.places ?? []) at(place).perWeek = per_week
  return [...lines.values()].sort((a, b) => b.enter + b.leave - (a.enter + a.leave) || b.stay - a.stay)
}

/** Visits a week: whole where they are many, one decimal where they are few. */
export function weekly(perWeek: number | null): string {
  if (perWeek === null) return '–'
  return perWeek >= 10 ? String(Math.round(perWeek)) : perWeek.toFixed(1).replace(/\.0$/, '')
}
