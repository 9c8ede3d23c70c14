// How far a report is, by its receipt number; nothing personal.
import { useMutation } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { Link } from 'react-router'

import { client, Refused, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { Head } from '../../shared/panel'
import { RefusedNotice } from '../../shared/state'

export default function StatusPage() {
  const { t } = useText()
  const [receipt, setReceipt] = useState('')
  const ask = useMutation({ mutationFn: (number: string) => unwrap(client.POST('/api/public/status', { body: { receipt: number } })) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (receipt.trim()) ask.mutate(receipt.trim())
  }
  const unknown = ask.error instanceof Refused && ask.error.status === 404
  return (
    <div className="open-page">
      <Head title={t('status_title')} intro={t('status_hint')} />
      <form className="stack" onSubmit={submit}>
        <div className="field">
          <label htmlFor="receipt">{t('status_receipt')}</label>
          <Input id="receipt" size="large" autoComplete="off" spellCheck={false} className="code" value={receipt} onChange={(event) => setReceipt(event.target.value)} />
        </div>
        {unknown ? (
          <p className="notice bad" role="alert">
            {t('status_unknown')}
          </p>
        ) : (
          <RefusedNotice error={ask.error} />
        )}
        <Button type="primary" size="large" htmlType="submit" block loading={ask.isPending}>
          {t('status_ask')}
        </Button>
      </form>
      {ask.data && <StatusView status={ask.data} />}
      <p className="small" style={{ marginTop: 16 }}>
        <Link to="/report">{t('nav_report')}</Link>
      </p>
    </div>
  )
}

function StatusView({ status }: { status: Schemas['Status'] }) {
  const { t, say } = useText()
  const now = status.result ? -1 : status.steps.findIndex((step) => !step.done)
  return (
    <section className="panel" role="status" style={{ marginTop: 20 }}>
      <div className="body stack">
        <div>
          <p className="sentence">{say(status.stage)}</p>
          <p className="small quiet">
            {t('status_since', { day: status.since })}
            {status.answer_by && <> · {t('report_answer_by', { day: status.answer_by })}</>}
          </p>
        </div>
        {status.result && (
          <p className="notice good">
            {t('status_result')}{t('colon')}{say(status.result)}
          </p>
        )}
        <ol className="way">
          {status.steps.map((step, index) => (
            <li key={index} className={step.done ? 'past' : index === now ? 'here' : ''}>
              <span className="step" aria-hidden="true">
                {step.done ? '✓' : ''}
              </span>
              <span>
                {say(step.title)} <span className="small quiet">{t(step.done ? 'step_done' : index === now ? 'step_now' : 'step_ahead')}</span>
              </span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  )
}
