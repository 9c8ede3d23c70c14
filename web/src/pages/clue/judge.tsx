// What a person says to a clue: a verdict from the pack's closed list, or "not now" with a reason and a last day.
import { Button, Input, Radio } from 'antd'
import { type FormEvent, useState } from 'react'

import { client, commanding, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { useCommand } from '../../lib/command'
import { RefusedNotice } from '../../shared/state'
import { Tag } from '../../shared/words'

type Clue = Schemas['Clue']

export function VerdictForm({ clue, done }: { clue: Clue; done: (clue: Clue) => void }) {
  const { t, say } = useText()
  const [verdict, setVerdict] = useState('')
  const [reason, setReason] = useState('')
  const id = clue.line.id
  const give = useCommand(
    (body: Schemas['VerdictCommand'], key) => unwrap(client.POST('/api/clues/{id}/verdict', { params: { path: { id }, header: commanding(clue.version, key) }, body })),
    done,
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (verdict) give.mutate({ verdict, reason: reason.trim() || null })
  }
  return (
    <form className="stack judge" onSubmit={submit}>
      <h3 id="verdict">{t('give_verdict')}</h3>
      <Radio.Group
        aria-labelledby="verdict"
        value={verdict}
        onChange={(event) => setVerdict(String(event.target.value))}
        options={clue.verdicts.map((choice) => ({
          value: choice.id,
          label: (
            <>
              {say(choice.title)} <Tag tone={choice.founded ? 'good' : 'plain'}>{t(choice.founded ? 'verdict_founded' : 'verdict_unfounded')}</Tag>
            </>
          ),
        }))}
        vertical
      />
      <Input.TextArea aria-label={t('verdict_reason')} placeholder={t('verdict_reason')} autoSize={{ minRows: 2 }} value={reason} onChange={(event) => setReason(event.target.value)} />
      <RefusedNotice error={give.error} />
      <Button htmlType="submit" disabled={!verdict} loading={give.isPending}>
        {t('give_verdict')}
      </Button>
    </form>
  )
}

export function SnoozeForm({ clue, done }: { clue: Clue; done: (clue: Clue) => void }) {
  const { t } = useText()
  const [open, setOpen] = useState(false)
  const [until, setUntil] = useState('')
  const [reason, setReason] = useState('')
  const id = clue.line.id
  const snooze = useCommand(
    (body: Schemas['SnoozeCommand'], key) => unwrap(client.POST('/api/clues/{id}/snooze', { params: { path: { id }, header: commanding(clue.version, key) }, body })),
    (next) => {
      setOpen(false)
      done(next)
    },
  )
  if (!open) {
    return (
      <Button type="link" style={{ paddingInline: 0 }} onClick={() => setOpen(true)}>
        {t('snooze')} …
      </Button>
    )
  }
  const ready = until !== '' && reason.trim() !== ''
  return (
    <form
      className="stack judge"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) snooze.mutate({ until, reason: reason.trim() })
      }}
    >
      <div className="field">
        <label htmlFor="until">{t('snooze_until')}</label>
        <Input id="until" type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
      </div>
      <div className="field">
        <label htmlFor="why">{t('snooze_reason')}</label>
        <Input.TextArea id="why" autoSize={{ minRows: 2 }} value={reason} onChange={(event) => setReason(event.target.value)} />
      </div>
      <RefusedNotice error={snooze.error} />
      <div className="actions">
        <Button htmlType="submit" disabled={!ready} loading={snooze.isPending}>
          {t('snooze')}
        </Button>
        <Button onClick={() => setOpen(false)}>{t('cancel')}</Button>
      </div>
    </form>
  )
}
