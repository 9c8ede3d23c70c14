// What a page shows while it has nothing to show: loading, empty, failed.
import { Button } from 'antd'
import type { ReactNode } from 'react'

import { Refused } from '../api/client'
import { useText } from '../i18n'

export function Loading() {
  const { t } = useText()
  return (
    <div className="skeleton" role="status" aria-live="polite">
      <span className="visually-hidden">{t('loading')}</span>
      <i />
      <i />
      <i />
    </div>
  )
}

export function Empty({ children }: { children?: ReactNode }) {
  const { t } = useText()
  return <div className="state">{children ?? t('empty')}</div>
}

/** What a refused request says to its reader. */
export function useReason(): (error: unknown) => string {
  const { t, say } = useText()
  return (error) => {
    if (!(error instanceof Refused)) return t('failed')
    if (error.problem) return say(error.problem.text)
    if (error.status === 0) return t('failed_unreachable')
    if (error.status === 404) return t('failed_hidden')
    if (error.status === 403) return t('failed_forbidden')
    if (error.status === 429) return t('failed_throttled')
    return t('failed')
  }
}

export function Failure({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useText()
  const reason = useReason()
  const request = error instanceof Refused ? error.problem?.request : undefined
  return (
    <div className="state" role="alert">
      <p className="strong">{t('failed')}</p>
      <p>{reason(error)}</p>
      {request && <p className="small">{t('failed_request', { id: request })}</p>}
      {again && <Button onClick={again}>{t('retry')}</Button>}
    </div>
  )
}

interface Asked<Data> {
  data: Data | undefined
  error: unknown
  isPending: boolean
  refetch: () => unknown
}

/** The answer of a query, or the state it is in. */
export function Answered<Data>({ query, children }: { query: Asked<Data>; children: (data: Data) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error) return <Failure error={query.error} again={() => void query.refetch()} />
  return <Loading />
}

/** A refused command, shown where it was given. */
export function RefusedNotice({ error }: { error: unknown }) {
  const { t } = useText()
  const reason = useReason()
  if (!error) return null
  const request = error instanceof Refused && error.status >= 500 ? error.problem?.request : undefined
  return (
    <div className="notice bad" role="alert">
      {reason(error)}
      {request && <span className="small"> {t('failed_request', { id: request })}</span>}
    </div>
  )
}
