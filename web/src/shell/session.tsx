// Who is signed in, what they may do, and the way to the sign-in page when they are not.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, createContext, useContext, useEffect } from 'react'
import { Navigate, useLocation } from 'react-router'

import { client, Refused, rememberCsrf, type Schemas, unwrap } from '../api/client'
import { useText } from '../i18n'
import { claimDrafts } from '../lib/drafts'
import { Failure, Loading } from '../shared/state'

export type Session = Schemas['Session']

export const SESSION = ['session']

/** The session, null without one. */
export function useSessionQuery() {
  const query = useQuery({
    queryKey: SESSION,
    queryFn: async (): Promise<Session | null> => {
      try {
        return await unwrap(client.GET('/api/session'))
      } catch (error) {
        if (error instanceof Refused && error.status === 401) return null
        throw error
      }
    },
    staleTime: 5 * 60_000,
    retry: false,
  })
  if (query.data) {
    rememberCsrf(query.data.csrf)
    claimDrafts(query.data.user.name)
  }
  return query
}

const Context = createContext<Session | null>(null)

/** Shows `children` to who is signed in; leads everybody else to the sign-in page and back. */
export function SignedIn({ children }: { children: ReactNode }) {
  const query = useSessionQuery()
  const location = useLocation()
  const { choose } = useText()
  const language = query.data?.language
  useEffect(() => {
    if (language) choose(language)
  }, [language, choose])
  if (query.data) return <Context value={query.data}>{children}</Context>
  if (query.data === null) return <Navigate to={`/login?next=${encodeURIComponent(location.pathname + location.search)}`} replace />
  if (query.error) return <Failure error={query.error} again={() => void query.refetch()} />
  return <Loading />
}

export function useSession(): Session {
  const session = useContext(Context)
  if (!session) throw new Error('useSession outside of SignedIn')
  return session
}

/** Whether the caller's roles allow an operation of the API. */
export function useMay(): (operation: string) => boolean {
  const { user } = useSession()
  return (operation) => user.may.includes(operation)
}

/** Reads the session anew after signing in or out. */
export function useRefreshSession(): () => Promise<unknown> {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: SESSION })
}
