// Seeing what is masked: which values, for what purpose. Both go into the access log before anything is shown.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Input } from 'antd'
import { type FormEvent, useState } from 'react'

import { client, type Schemas, unwrap, writing } from '../api/client'
import { useText } from '../i18n'
import { Panel } from './panel'
import type { Choice } from './select'
import { RefusedNotice } from './state'

const SHORTEST = 4

/** `choices` are the values of the thing `kind` and `id` name. */
export function Reveal(props: { kind: string; id: string; choices: Choice[]; done: (revealed: Schemas['Revealed']) => void; close: () => void }) {
  const { t } = useText()
  const queries = useQueryClient()
  const [fields, setFields] = useState<string[]>([])
  const [purpose, setPurpose] = useState('')
  const [missing, setMissing] = useState(false)
  const { kind, id: ref, done, close } = props
  const reveal = useMutation({
    mutationFn: (body: Schemas['RevealCommand']) =>
      unwrap(client.POST('/api/subjects/{kind}/{ref}/reveal', { params: { path: { kind, ref }, header: writing() }, body })),
    onSuccess: (revealed) => {
      void queries.invalidateQueries({ queryKey: ['access'] })
      done(revealed)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const ready = fields.length > 0 && purpose.trim().length >= SHORTEST
    setMissing(!ready)
    if (ready) reveal.mutate({ purpose: purpose.trim(), fields })
  }
  return (
    <Panel title={t('reveal_title')} note={t('reveal_hint')} look="now">
      <form className="stack" onSubmit={submit}>
        <div className="field" role="group" aria-labelledby="reveal-fields">
          <span className="label" id="reveal-fields">
            {t('reveal_fields')}
          </span>
          <Checkbox.Group value={fields} onChange={(chosen) => setFields(chosen)} options={props.choices} />
        </div>
        <div className="field">
          <label htmlFor="purpose">{t('reveal_purpose')}</label>
          <Input id="purpose" autoFocus maxLength={200} value={purpose} onChange={(event) => setPurpose(event.target.value)} />
        </div>
        {missing && (
          <p className="notice bad" role="alert">
            {t('reveal_needed')}
          </p>
        )}
        <RefusedNotice error={reveal.error} />
        <div className="actions">
          <Button type="primary" htmlType="submit" loading={reveal.isPending}>
            {t('reveal')}
          </Button>
          <Button onClick={close}>{t('cancel')}</Button>
        </div>
      </form>
    </Panel>
  )
}
