// The public report: a few fields, for oneself or for another; made for a phone.
import { useQuery } from '@tanstack/react-query'
import { Button, Radio } from 'antd'
import { type FormEvent, useState } from 'react'
import { Link } from 'react-router'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { useCommand } from '../../lib/command'
import { type Fault, faults, type Values } from '../../lib/fields'
import { focusFirstFault } from '../../lib/focus'
import { FieldInput } from '../../shared/field-input'
import { Head } from '../../shared/panel'
import { below } from '../../shared/place-tree'
import { PlaceSteps } from '../../shared/places'
import { Answered, Empty, RefusedNotice } from '../../shared/state'
import { fieldFaults } from '../case/field-faults'
import { ReceiptView } from './receipt'

type Kind = Schemas['ReportKind']

/** Fields of this name are chosen from the places. */
const PLACE = 'place'

export default function ReportPage() {
  const { t } = useText()
  const query = useQuery({ queryKey: ['report-form'], queryFn: () => unwrap(client.GET('/api/public/report-form')) })
  return (
    <div className="open-page">
      <Answered query={query}>{(form) => (form.kinds.length === 0 ? <Empty>{t('report_none')}</Empty> : <ReportView form={form} />)}</Answered>
    </div>
  )
}

function ReportView({ form }: { form: Schemas['ReportForm'] }) {
  const { t, say } = useText()
  const [chosen, setChosen] = useState(form.kinds.length === 1 ? form.kinds[0]?.id : undefined)
  const [receipt, setReceipt] = useState<Schemas['Receipt'] | null>(null)
  const kind = form.kinds.find((each) => each.id === chosen)
  if (receipt) return <ReceiptView receipt={receipt} again={() => setReceipt(null)} />
  return (
    <>
      <Head title={form.kinds.length === 1 && kind ? say(kind.title) : t('report_title')} intro={kind?.intro ? say(kind.intro) : undefined} />
      {form.kinds.length > 1 && (
        <div className="field" style={{ marginBottom: 16 }} role="group" aria-labelledby="report-kind">
          <span className="label" id="report-kind">
            {t('report_kind')}
          </span>
          <Radio.Group value={chosen} onChange={(event) => setChosen(String(event.target.value))} vertical options={form.kinds.map((each) => ({ value: each.id, label: say(each.title) }))} />
        </div>
      )}
      {kind && <ReportForm key={kind.id} kind={kind} places={form.places} done={setReceipt} />}
    </>
  )
}

function ReportForm({ kind, places, done }: { kind: Kind; places: Schemas['Place'][]; done: (receipt: Schemas['Receipt']) => void }) {
  const { t, say } = useText()
  const [own, setOwn] = useState<Values>({})
  const [proxied, setProxied] = useState<Values>({})
  const [proxy, setProxy] = useState(false)
  const [wrong, setWrong] = useState<Record<string, Fault>>({})
  const [proxyWrong, setProxyWrong] = useState<Record<string, Fault>>({})
  const send = useCommand(
    (body: Schemas['Report'], key) => unwrap(client.POST('/api/public/reports', { params: { header: { 'Idempotency-Key': key } }, body })),
    done,
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const found = faults(kind.fields, own)
    // A place is chosen down to the last level.
    if (places.length > 0 && PLACE in own && own[PLACE] && below(places, own[PLACE]).length > 0) found[PLACE] = { key: 'field_needed' }
    const proxyFound = proxy ? faults(kind.proxy_fields, proxied) : {}
    setWrong(found)
    setProxyWrong(proxyFound)
    if (Object.keys(found).length + Object.keys(proxyFound).length > 0) {
      focusFirstFault(event.currentTarget as HTMLFormElement)
      return
    }
    if (send.isPending) return
    send.mutate({ kind: kind.id, fields: own, proxy: proxy ? proxied : null })
  }
  const told = fieldFaults(send.error, say)
  return (
    <form onSubmit={submit} noValidate>
      {kind.proxy_fields.length > 0 && (
        <div className="field" style={{ marginBottom: 16 }}>
          <Radio.Group
            aria-label={t('report_who')}
            optionType="button"
            buttonStyle="solid"
            value={proxy}
            onChange={(event) => setProxy(event.target.value === true)}
            options={[
              { value: false, label: t('report_self') },
              { value: true, label: t('report_proxy') },
            ]}
          />
        </div>
      )}
      <div className="asked one">
        {kind.fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={own[field.name] ?? null}
            fault={wrong[field.name] ?? told[field.name]}
            onChange={(value) => setOwn((before) => ({ ...before, [field.name]: value }))}
            places={
              field.name === PLACE && places.length > 0
                ? (id) => <PlaceSteps id={id} places={places} value={own[field.name] ?? ''} onChange={(code) => setOwn((before) => ({ ...before, [field.name]: code || null }))} />
                : undefined
            }
          />
        ))}
      </div>
      {proxy && (
        <fieldset className="proxy">
          <legend>{t('report_proxy_fields')}</legend>
          <div className="asked one">
            {kind.proxy_fields.map((field) => (
              <FieldInput
                key={field.name}
                field={field}
                value={proxied[field.name] ?? null}
                fault={proxyWrong[field.name] ?? told[field.name]}
                onChange={(value) => setProxied((before) => ({ ...before, [field.name]: value }))}
              />
            ))}
          </div>
        </fieldset>
      )}
      <RefusedNotice error={send.error} />
      <p className="small quiet" style={{ margin: '10px 0' }}>
        {t('report_privacy')}
      </p>
      <Button type="primary" size="large" htmlType="submit" block loading={send.isPending}>
        {t('report_send')}
      </Button>
      <p className="small" style={{ marginTop: 16 }}>
        <Link to="/status">{t('nav_status')}</Link>
      </p>
    </form>
  )
}
