// The states of the workflow as a way with a place on it.
import type { Schemas } from '../../api/client'
import { useText } from '../../i18n'
import { Panel } from '../../shared/panel'

export function Way({ found }: { found: Schemas['Case'] }) {
  const { t, say } = useText()
  const here = found.line.state.id
  const been = new Set(found.timeline.flatMap((line) => [line.from?.id, line.to?.id]))
  const states = found.workflow.states
  const at = states.findIndex((state) => state.id === here)
  // Ends that were not taken say nothing about the way.
  const shown = states.filter((state) => !state.final || state.id === here)
  return (
    <Panel title={t('way')} note={t('now_at', { state: say(found.line.state.title) })}>
      <details className="way-details" open>
        <summary>{t('way_show')}</summary>
        <ol className="way">
          {shown.map((state) => {
            const past = state.id !== here && been.has(state.id) && states.indexOf(state) < at
            const look = state.id === here ? 'here' : past ? 'past' : ''
            return (
              <li key={state.id} className={look} aria-current={state.id === here ? 'step' : undefined}>
                <span className="step" aria-hidden="true">
                  {past ? '✓' : ''}
                </span>
                <span>{say(state.title)}</span>
              </li>
            )
          })}
        </ol>
      </details>
      {found.workflow.basis && (
        <p className="small quiet" style={{ marginTop: 8 }}>
          {t('basis')}{t('colon')}{found.workflow.basis}
        </p>
      )}
    </Panel>
  )
}
