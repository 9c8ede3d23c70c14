// What the server says about single fields, by field.
import { Refused, type Schemas } from '../../api/client'

export function fieldFaults(error: unknown, say: (pair: Schemas['Text']) => string): Record<string, string> {
  if (!(error instanceof Refused)) return {}
  return Object.fromEntries((error.problem?.errors ?? []).map((fault) => [fault.field, say(fault.text)]))
}
