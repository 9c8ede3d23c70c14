// One action: its conditions, the fields it asks for, a written reason where one is due.
import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'

import { client, commanding, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { isConflict, useCommand } from '../../lib/command'
import { useDraft } from '../../lib/drafts'
import { changed, type Fault, faults } from '../../lib/fields'
import { focusFirstFault } from '../../lib/focus'
import { FieldForm } from '../../shared/field-form'
import { Mark } from '../../shared/reasons'
import { RefusedNotice } from '../../shared/state'
import { fieldFaults } from './field-faults'

type Case = Schemas['Case']
type Action = Schemas['Action']

export function ActionForm(props: { found: Case; action: Action; draft: string; alone: boolean; done: (next: Case) => void; conflicting: () => Promise<void> }) {
  const { t, say } = useText()
  const { found, action } = props
  const [draft, change, drop] = useDraft(props.draft)
  const [wrong, setWrong] = useState<Record<string, Fault>>({})
  const [reasonMissing, setReasonMissing] = useState(false)
  const id = found.line.id
  const act = useCommand(
    (command: { version: string; body: Schemas['ActCommand'] }, key) =>
      unwrap(
        client.POST('/api/cases/{id}/actions/{action}', {
          params: { path: { id, action: action.id }, header: commanding(command.version, key) },
          body: command.body,
        }),
      ),
    (next) => {
      drop()
      props.done(next)
    },
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const reason = draft.reason.trim()
    const invalid = faults(action.fields, draft.fields)
    setWrong(invalid)
    setReasonMissing(action.reason_required && reason === '')
    if (Object.keys(invalid).length > 0 || (action.reason_required && reason === '')) {
      focusFirstFault(event.currentTarget as HTMLFormElement)
      return
    }
    act.mutate(
      { version: found.version, body: { fields: changed(action.fields, draft.fields), reason: reason || null, item: action.item } },
      { onError: (error) => void (isConflict(error) && props.conflicting()) },
    )
  }
  const blocked = !action.allowed
  return (
    <form className="action" onSubmit={submit} noValidate aria-label={say(action.title)}>
      <div className="row" style={{ marginBottom: 10 }}>
        <h3>{say(action.title)}</h3>
        {action.to && <span className="small quiet">{t('action_leads_to', { state: say(action.to.title) })}</span>}
      </div>
      {blocked && (
        <div className="notice warn" style={{ marginBottom: 12 }}>
          <span className="strong">{t('action_refused')}</span> {say(action.refused)}
        </div>
      )}
      {action.guards.length > 0 && (
        <div className="guards">
          <h3>{t('guards')}</h3>
          <ul className="reasons">
            {action.guards.map((guard) => (
              <li key={guard.text}>
                <Mark truth={guard.truth} />
                <span>
                  {say(guard.title)}
                  {/* Unknown and yet allowed: it asks for what is being filled in. */}
                  {guard.truth === null && action.allowed && <span className="small quiet"> · {t('guard_on_sending')}</span>}
                  {guard.why && !action.allowed && <span className="small quiet"> · {say(guard.why)}</span>}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <FieldForm
        fields={action.fields}
        values={draft.fields}
        faults={{ ...fieldFaults(act.error, say), ...wrong }}
        onChange={(name, value) =>
          change((before) => {
            const { [name]: _, ...rest } = before.fields
            return { ...before, fields: value === undefined ? rest : { ...rest, [name]: value } }
          })
        }
      />
      {(action.reason_required || action.kind === 'return') && (
        <div className="field" style={{ marginBottom: 14 }}>
          <label htmlFor="reason" className={action.reason_required ? 'needed' : undefined}>
            {t('action_reason')}
          </label>
          <Input.TextArea
            id="reason"
            autoSize={{ minRows: 2, maxRows: 8 }}
            value={draft.reason}
            status={reasonMissing ? 'error' : undefined}
            aria-invalid={reasonMissing || undefined}
            onChange={(event) => {
              const reason = event.target.value
              change((before) => ({ ...before, reason }))
            }}
          />
          {reasonMissing && (
            <div className="fault" role="alert">
              {t('action_reason_needed')}
            </div>
          )}
        </div>
      )}
      {!isConflict(act.error) && <RefusedNotice error={act.error} />}
      <div className="actions" style={{ marginTop: 10 }}>
        <Button type="primary" htmlType="submit" loading={act.isPending} disabled={blocked}>
          {props.alone || action.fields.length === 0 ? say(action.title) : t('submit')}
        </Button>
      </div>
    </form>
  )
}
