// What the caller can do now: a button per action, one form at a time. What is typed outlives everything but its sending.
import { useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useEffect, useState } from 'react'

import type { Schemas } from '../../api/client'
import { useText } from '../../i18n'
import { draftsOf } from '../../lib/drafts'
import { Panel } from '../../shared/panel'
import { ClockBadge } from '../../shared/words'
import { ActionForm } from './action-form'
import { ConflictPanel, type Conflict } from './conflict'

type Case = Schemas['Case']

/** Actions of one kind on different measures are told apart by their item. */
export function actionKey(action: { id: string; item: string | null }): string {
  return action.item === null ? action.id : `${action.id} ${action.item}`
}

export function Now({ found }: { found: Case }) {
  const { t, say } = useText()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<string | null>(null)
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const id = found.line.id
  const prefix = `case ${id} `
  const drafts = new Set(draftsOf(prefix).map(([name]) => name))
  const actions = found.actions
  const allowed = actions.filter((each) => each.allowed)
  // The way on comes before the way back, both in the workflow's order.
  const ready = [...allowed.filter((each) => each.kind !== 'return'), ...allowed.filter((each) => each.kind === 'return')]
  const blocked = actions.filter((each) => !each.allowed)
  // The only thing to do is open already.
  const action = actions.find((each) => actionKey(each) === chosen) ?? (ready.length === 1 && chosen === null ? ready[0] : undefined)

  // A draft left behind, by a conflict or another page, is taken up again; looked for when the case changes, not at each letter.
  useEffect(() => {
    const waiting = actions.find((each) => drafts.has(actionKey(each)))
    if (chosen === null && waiting) setChosen(actionKey(waiting))
  }, [id, found.version])

  const item = (id: string) => {
    const measure = found.measures.find((line) => line.id === id)
    return measure ? say(measure.title) : id
  }
  const button = (each: Schemas['Action']) => {
    const key = actionKey(each)
    return (
      <Button
        key={key}
        type={action === each ? 'primary' : 'default'}
        danger={each.kind === 'return' && action !== each}
        aria-pressed={action === each}
        onClick={() => setChosen(action === each ? '' : key)}
      >
        {say(each.title)}
        {each.item && ` · ${item(each.item)}`}
        {drafts.has(key) && action !== each && ` · ${t('draft_kept')}`}
      </Button>
    )
  }

  const done = (next: Case, title: string) => {
    setChosen(null)
    setConflict(null)
    queries.setQueryData(['case', id], next)
    for (const key of ['tasks', 'cases', 'home', 'clues', 'publication']) void queries.invalidateQueries({ queryKey: [key] })
    void message.success(t('done', { title }))
  }

  return (
    <>
      {conflict && <ConflictPanel conflict={conflict} found={found} prefix={prefix} close={() => setConflict(null)} />}
      <Panel
        title={t('what_now')}
        look="now"
        note={found.line.closed ? t('closed_on', { day: found.line.closed }) : found.waits_for ? t('waits_for_other', { who: say(found.waits_for) }) : undefined}
        end={!found.line.closed && <ClockBadge clock={found.line.clock ?? found.line.overall} />}
      >
        {actions.length === 0 && <p className="quiet">{t('nothing_now')}</p>}
        {(ready.length > 1 || (ready.length === 1 && action !== ready[0])) && (
          <div className="actions" role="group" aria-label={t('what_now')}>
            {ready.map(button)}
          </div>
        )}
        {blocked.length > 0 && (
          <details className="blocked" open={action !== undefined && !action.allowed}>
            <summary>{t('actions_blocked', { n: blocked.length })}</summary>
            <ul>
              {blocked.map((each) => (
                <li key={actionKey(each)} className="row">
                  {button(each)}
                  <span className="small quiet">{say(each.refused)}</span>
                </li>
              ))}
            </ul>
          </details>
        )}
        {action && (
          <ActionForm
            key={actionKey(action)}
            found={found}
            action={action}
            draft={`${prefix}${actionKey(action)}`}
            alone={ready.length === 1}
            done={(next) => done(next, say(action.title))}
            conflicting={async () => {
              const before = found
              await queries.invalidateQueries({ queryKey: ['case', id] })
              setConflict({ before, action })
            }}
          />
        )}
      </Panel>
    </>
  )
}
