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
