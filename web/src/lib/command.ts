// A command on one version of one thing: same attempt, same key; a version that moved on is a conflict, not an error.
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'

import { Refused } from '../api/client'
import { Attempts } from './attempt'

/** `run(content, key)` sends the command. */
export function useCommand<Content, Result>(run: (content: Content, key: string) => Promise<Result>, done?: (result: Result, content: Content) => void) {
  const attempts = useRef(new Attempts())
  return useMutation<Result, unknown, Content>({
    mutationFn: (content) => run(content, attempts.current.of(content)),
    onSuccess: (result, content) => {
      attempts.current.done()
      done?.(result, content)
    },
    retry: false,
  })
}

/** Somebody else acted on the version that was looked at. */
export function isConflict(error: unknown): boolean {
  return error instanceof Refused && error.status === 412
}
