// One typed client of the server's API. Everything that changes something goes through `writing`.
import createClient from 'openapi-fetch'

import type { components, paths } from './schema'

export type Schemas = components['schemas']
export type Pair = Schemas['Text']

export const client = createClient<paths>({ baseUrl: '', credentials: 'same-origin' })

/** A refused request: the server's problem document, or a fault between here and there. */
export class Refused extends Error {
  readonly problem: Schemas['Problem'] | null
  readonly status: number

  constructor(status: number, problem: Schemas['Problem'] | null) {
    super(problem?.title ?? `status ${status}`)
    this.status = status
    this.problem = problem
  }

  get code(): string {
    return this.problem?.code ?? (this.status === 0 ? 'unreachable' : `http_${this.status}`)
  }
}

interface Answer<Data> {
  data?: Data
  error?: unknown
  response: Response
}

/** The data of an answer; throws `Refused` for everything else. */
export async function unwrap<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  let answer: Answer<Data>
  try {
    answer = await asked
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === 'AbortError') throw fault
    throw new Refused(0, null)
  }
  if (!answer.response.ok) {
    const problem = answer.error as Schemas['Problem'] | undefined
    throw new Refused(answer.response.status, typeof problem?.code === 'string' ? problem : null)
  }
  return answer.data as Data
}

let csrf = ''

/** Called whenever the session is read anew. */
export function rememberCsrf(token: string): void {
  csrf = token
}

/** Headers of a request that changes something. */
export function writing(): { 'X-CSRF-Token': string } {
  return { 'X-CSRF-Token': csrf }
}

/** Headers of a command on one version of one thing. */
export function commanding(version: string, key: string): { 'X-CSRF-Token': string; 'If-Match': string; 'Idempotency-Key': string } {
  return { ...writing(), 'If-Match': `"${version}"`, 'Idempotency-Key': key }
}
