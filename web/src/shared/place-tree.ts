// Places as a tree. A caller's scope may begin below places that are not listed.
import type { Schemas } from '../api/client'

type Place = Schemas['Place']

/** Places from the widest to `code`. */
export function way(places: Place[], code: string): Place[] {
  const found: Place[] = []
  let at = places.find((place) => place.code === code)
  while (at && !found.includes(at)) {
    found.unshift(at)
    const above: string | null = at.parent
    at = above === null ? undefined : places.find((place) => place.code === above)
  }
  return found
}

/** Places whose parent is `code`, or is not among `places` when `code` is null. */
export function below(places: Place[], code: string | null): Place[] {
  const codes = new Set(places.map((place) => place.code))
  return places.filter((place) => (code === null ? place.parent === null || !codes.has(place.parent) : place.parent === code && place.code !== code))
}

/** The place where choosing begins: levels with a single place need no choice. Null where there is more than one from the start. */
export function start(places: Place[]): string | null {
  let at: string | null = null
  for (;;) {
    const [only, ...others]: Place[] = below(places, at)
    if (!only || others.length > 0 || below(places, only.code).length === 0) return at
    at = only.code
  }
}
