// A place, chosen level by level. What levels there are, the places say themselves.
import { useQueries } from '@tanstack/react-query'

import { client, type Schemas, unwrap } from '../api/client'
import { useText } from '../i18n'
import { below, start, way } from './place-tree'
import { Select } from './select'

type Place = Schemas['Place']

/** One select per level; a level with a single place is skipped through. */
export function PlaceSteps(props: { places: Place[]; value: string; onChange: (code: string) => void; id?: string; describedBy?: string; invalid?: boolean }) {
  const { t, say } = useText()
  const begin = start(props.places)
  const skipped = begin === null ? 0 : way(props.places, begin).length
  const chosen = way(props.places, props.value).slice(skipped)
  const steps: { choices: Place[]; value: string; above: string }[] = []
  let above = begin
  for (let depth = 0; ; depth++) {
    const choices = below(props.places, above)
    if (choices.length === 0) break
    const at = chosen[depth]
    steps.push({ choices, value: at?.code ?? '', above: above ?? '' })
    if (!at) break
    above = at.code
  }
  return (
    <span className="place-steps">
      {steps.map((step, depth) => (
        <Select
          key={step.above}
          id={depth === 0 ? props.id : undefined}
          label={depth === 0 && props.id ? undefined : say(step.choices[0]?.level_title)}
          value={step.value}
          blank={depth === 0 ? t('choose') : `${say(step.choices[0]?.level_title)} …`}
          choices={step.choices.map((place) => ({ value: place.code, label: place.name }))}
          onChange={(code) => props.onChange(code || (depth === 0 ? '' : step.above))}
          invalid={props.invalid}
          describedBy={props.describedBy}
        />
      ))}
    </span>
  )
}

/** The same within the caller's scope, read from the server as one goes down. */
export function PlacePicker({ value, onChange, id }: { value: string; onChange: (code: string) => void; id?: string }) {
  const { places } = usePlaces(value)
  return <PlaceSteps places={places} value={value} onChange={onChange} id={id} />
}

/** The caller's places, with what lies below `value`. */
export function usePlaces(value: string): { places: Place[]; pending: boolean } {
  const ask = (parent: string | undefined) => ({
    queryKey: ['places', parent ?? ''],
    queryFn: () => unwrap(client.GET('/api/places', { params: { query: parent ? { parent } : {} } })),
    staleTime: 10 * 60_000,
  })
  const answers = useQueries({ queries: [ask(undefined), ...(value ? [ask(value)] : [])] })
  const places = new Map<string, Place>()
  for (const answer of answers) for (const place of answer.data?.items ?? []) places.set(place.code, place)
  return { places: [...places.values()], pending: answers.some((answer) => answer.isPending) }
}
