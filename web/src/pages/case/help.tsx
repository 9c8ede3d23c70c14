// What was planned, given, looked after, agreed to and published in a case.
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { grouped } from '../../lib/numbers'
import { Panel } from '../../shared/panel'
import { Answered } from '../../shared/state'
import { Table } from '../../shared/table'
import { Pairs, Tag } from '../../shared/words'

type Measure = Schemas['Measure']

export function PlanPanel({ plan }: { plan: Schemas['Plan'] | null }) {
  const { t } = useText()
  if (!plan) return null
  return (
    <Panel
      title={t('plan')}
      note={
        <>
          {t('visit_by', { on: plan.on, by: plan.by })}
          {plan.changes > 0 && <> · {t('plan_changed', { n: plan.changes })}</>}
        </>
      }
    >
      <Pairs values={plan.fields} />
    </Panel>
  )
}

const tones = { proposed: 'plain', committed: 'primary', paid: 'good', refused: 'bad', cancelled: 'plain' } as const

export function Measures({ measures }: { measures: Measure[] }) {
  const { t, say } = useText()
  if (measures.length === 0) return null
  return (
    <Panel title={t('measures')} flush>
      <Table
        caption={t('measures')}
        rows={measures}
        id={(measure) => measure.id}
        columns={[
          {
            key: 'title',
            title: t('measure'),
            lead: true,
            cell: (measure) => (
              <>
                <span className="strong">{say(measure.title)}</span> <span className="small quiet nowrap">{measure.id}</span>
                {measure.note && <div className="small">{measure.note}</div>}
                {measure.duplicate && <div className="small tone-warn">{t('duplicate', { text: say(measure.duplicate) })}</div>}
              </>
            ),
          },
          {
            key: 'state',
            title: t('state'),
            cell: (measure) => (
              <>
                <Tag tone={tones[measure.state]}>{say(measure.state_title)}</Tag>
                <div className="small quiet">
                  {measure.entitled === null ? t('entitled_unknown') : t(measure.entitled ? 'entitled_yes' : 'entitled_no')}
                  {measure.why && `${t('colon')}${say(measure.why)}`}
                </div>
              </>
            ),
          },
          { key: 'amount', title: t('amount'), num: true, cell: (measure) => (measure.amount === null ? '–' : grouped(measure.amount)) },
          { key: 'fund', title: t('fund'), cell: (measure) => (measure.fund ? say(measure.fund) : '–') },
          { key: 'responsible', title: t('responsible'), cell: (measure) => measure.responsible ?? '–' },
          { key: 'due', title: t('due'), cell: (measure) => <span className="nowrap">{measure.paid_on ? t('paid_on', { day: measure.paid_on }) : (measure.due ?? '–')}</span> },
        ]}
      />
    </Panel>
  )
}

export function Visits({ visits }: { visits: Schemas['Visit'][] }) {
  const { t } = useText()
  if (visits.length === 0) return null
  return (
    <Panel title={t('visits')}>
      <div className="stack">
        {visits.map((visit, index) => (
          <div key={index}>
            <h3>{t('visit_by', { on: visit.on, by: visit.by })}</h3>
            <Pairs values={visit.fields} />
          </div>
        ))}
      </div>
    </Panel>
  )
}

export function Consents({ consents }: { consents: Schemas['Consent'][] }) {
  const { t, say } = useText()
  if (consents.length === 0) return null
  return (
    <Panel title={t('consents')}>
      <ul className="stack">
        {consents.map((consent, index) => (
          <li key={index}>
            {say(consent.scope)}
            <div className="small quiet">
              {t('consent_signed', { signer: consent.signed_by, on: consent.on, by: consent.by })}
              {consent.withdrawn && <> · {t('consent_withdrawn', { day: consent.withdrawn })}</>}
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

export function Publication({ id }: { id: string }) {
  const { t, say } = useText()
  const [open, setOpen] = useState(false)
  const query = useQuery({
    queryKey: ['publication', id],
    queryFn: () => unwrap(client.GET('/api/cases/{id}/publication', { params: { path: { id } } })),
    enabled: open,
  })
  return (
    <Panel
      title={t('publication')}
      note={t('publication_intro')}
      end={
        <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? 'hide' : 'show')}
        </Button>
      }
    >
      {open && (
        <Answered query={query}>
          {(publication) => (
            <div className="board">
              <h3>{say(publication.title)}</h3>
              <Pairs values={publication.fields} />
              <p className="small quiet">
                {publication.place.name}
                {publication.until && <> · {t('publication_until', { day: publication.until })}</>} · {t('publication_contact')}{t('colon')}{say(publication.contact)}
              </p>
            </div>
          )}
        </Answered>
      )}
    </Panel>
  )
}
