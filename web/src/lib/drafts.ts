// What was typed and not yet sent. Kept in memory only: it survives a conflict and a change of page,
// and leaves nothing behind on a shared computer when the tab is closed.
import { useCallback, useEffect, useState } from 'react'

export interface Draft {
  fields: Record<string, string | null>
  reason: string
}

const kept = new Map<string, Draft>()
let owner = ''

export const emptyDraft: Draft = { fields: {}, reason: '' }

export function isEmpty(draft: Draft): boolean {
  return Object.keys(draft.fields).length === 0 && draft.reason === ''
}

/** The draft called `name`, with the means to change and to drop it. */
export function useDraft(name: string): [Draft, (change: (before: Draft) => Draft) => void, () => void] {
  const [draft, setDraft] = useState<Draft>(() => kept.get(name) ?? emptyDraft)

  useEffect(() => setDraft(kept.get(name) ?? emptyDraft), [name])

  const change = useCallback(
    (by: (before: Draft) => Draft) => {
      const next = by(kept.get(name) ?? emptyDraft)
      if (isEmpty(next)) kept.delete(name)
      else kept.set(name, next)
      setDraft(next)
    },
    [name],
  )
  const drop = useCallback(() => {
    kept.delete(name)
    setDraft(emptyDraft)
  }, [name])
  return [draft, change, drop]
}

/** Whether anything typed would be lost with the page. */
export function anyDraft(): boolean {
  return kept.size > 0
}

/** Drafts belong to who typed them: another person signing in finds none. */
export function claimDrafts(name: string): void {
  if (owner !== name) kept.clear()
  owner = name
}

/** Drops everything, on signing out. */
export function forgetDrafts(): void {
  kept.clear()
}

/** Names of the drafts that begin with `prefix`, with what they hold. */
export function draftsOf(prefix: string): [string, Draft][] {
  return [...kept].filter(([name]) => name.startsWith(prefix)).map(([name, draft]) => [name.slice(prefix.length), draft])
}
