// Filters live in the address, so that a list can be sent to a colleague and found again with "back".
import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

export function useFilters(): { get: (name: string) => string; set: (changes: Record<string, string>) => void; clear: () => void; any: boolean; key: string } {
  const [params, setParams] = useSearchParams()
  const set = useCallback(
    (changes: Record<string, string>) => {
      setParams(
        (before) => {
          const next = new URLSearchParams(before)
          for (const [name, value] of Object.entries(changes)) {
            if (value) next.set(name, value)
            else next.delete(name)
          }
          return next
        },
        { replace: true },
      )
    },
    [setParams],
  )
  return { get: (name) => params.get(name) ?? '', set, clear: () => setParams({}, { replace: true }), any: params.size > 0, key: params.toString() }
}

/** Only the filters that are set, for a request. */
export function given<Name extends string>(filters: Record<Name, string>): Partial<Record<Name, string>> {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== '')) as Partial<Record<Name, string>>
}
