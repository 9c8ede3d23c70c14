// Somebody else acted first: what they did, and that nothing typed is lost.
import { Button } from 'antd'
import { useEffect, useRef } from 'react'

import type { Schemas } from '../../api/client'
import { useText } from '../../i18n'
import { useDraft } from '../../lib/drafts'
import { current, shown } from '../../lib/fields'
import { Panel } from '../../shared/panel'
import { Timeline } from '../../shared/timeline'
import { actionKey } from './now'

type Case = Schemas['Case']

export interface Conflict {
  /** The case as it was when one typed. */
  before: Case
  action: Schemas['Action']
}

export function ConflictPanel({ conflict, found, prefix, close }: { conflict: Conflict; found: Case; prefix: string; close: () => void }) {
  const { t, say } = useText()
  const { before, action } = conflict
  const [draft, , drop] = useDraft(`${prefix}${actionKey(action)}`)
  const last = Math.max(-1, ...before.timeline.map((line) => line.position))
  const news = found.timeline.filter((line) => line.position > last)
  const gone = !found.actions.some((each) => actionKey(each) === actionKey(action))
  const words = { yes: t('yes'), no: t('no'), none: t('none') }
  const typed = action.fields.filter((field) => field.name in draft.fields)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.closest('section')?.scrollIntoView({ block: 'start' })
  }, [])
  return (
    <Panel title={t(gone ? 'conflict_gone_title' : 'conflict')} look="alarm" className="conflict">
      <div className="stack" role="alert" ref={box}>
        {!gone && <p>{t('conflict_text')}</p>}
        {news.length > 0 && <Timeline lines={news} />}
        {gone && (
          <>
            <p>{t('conflict_gone')}</p>
            <dl className="pairs kept">
              {typed.map((field) => (
                <div key={field.name}>
                  <dt>{say(field.title)}</dt>
                  <dd>{shown(field, current(field, draft.fields), say, words)}</dd>
                </div>
              ))}
              {draft.reason && (
                <div className="wide">
                  <dt>{t('action_reason')}</dt>
                  <dd>{draft.reason}</dd>
                </div>
              )}
            </dl>
          </>
        )}
        <div className="actions">
          <Button onClick={close}>{t('conflict_seen')}</Button>
          {gone && (
            <Button
              danger
              onClick={() => {
                drop()
                close()
              }}
            >
              {t('conflict_drop')}
            </Button>
          )}
        </div>
      </div>
    </Panel>
  )
}
