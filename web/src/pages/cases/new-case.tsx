// A case opened by hand, of a subject whose page one comes from or of nobody yet.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { type FormEvent, useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'

import { client, type Schemas, unwrap, writing } from '../../api/client'
import { useText } from '../../i18n'
import { useCommand } from '../../lib/command'
import { useDraft } from '../../lib/drafts'
import { changed, type Fault, faults } from '../../lib/fields'
import { focusFirstFault } from '../../lib/focus'
import { FieldForm } from '../../shared/field-form'
import { Head, Panel } from '../../shared/panel'
import { PlacePicker } from '../../shared/places'
import { Select } from '../../shared/select'
import { Answered, Empty, RefusedNotice } from '../../shared/state'
import { PlaceName, SubjectLink } from '../../shared/words'
import { fieldFaults } from '../case/field-faults'

export default function NewCasePage() {
  const { t, say } = useText()
  const [params] = useSearchParams()
  const [chosen, setChosen] = useState('')
  const [kind = '', ref = ''] = (params.get('subject') ?? '').split('/')
  const about = useQuery({
    queryKey: ['subject', kind, ref],
    queryFn: () => unwrap(client.GET('/api/subjects/{kind}/{ref}', { params: { path: { kind, ref } } })),
    enabled: ref !== '',
  })
  const query = useQuery({ queryKey: ['workflows'], queryFn: () => unwrap(client.GET('/api/workflows')) })
  return (
    <>
      <Head title={t('new_case_title')} intro={t('new_case_intro')} above={<Link to="/cases">{t('cases_title')}</Link>} />
      <Answered query={query}>
        {({ items }) => {
          const fitting = items.filter((line) => ref === '' || line.subject === kind)
          const workflow = fitting.find((line) => line.id === chosen) ?? fitting[0]
          if (!workflow) return <Empty>{t('new_case_empty')}</Empty>
          return (
            <Panel title={say(workflow.title)}>
              {about.data && (
                <p style={{ marginBottom: 14 }}>
                  {t('subject')}
                  {t('colon')}
                  <SubjectLink subject={about.data.subject} /> · <PlaceName place={about.data.place} />
                </p>
              )}
              {fitting.length > 1 && (
                <div className="field" style={{ marginBottom: 14, maxWidth: 420 }}>
                  <label htmlFor="workflow">{t('workflow')}</label>
                  <Select id="workflow" value={workflow.id} choices={fitting.map((line) => ({ value: line.id, label: say(line.title) }))} onChange={setChosen} />
                </div>
              )}
              <OpenForm key={workflow.id} workflow={workflow} />
            </Panel>
          )
        }}
      </Answered>
    </>
  )
}

function OpenForm({ workflow }: { workflow: Schemas['WorkflowLine'] }) {
  const { t, say } = useText()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [params] = useSearchParams()
  const [draft, change, drop] = useDraft(`open ${workflow.id} ${params.get('subject') ?? ''}`)
  const [source, setSource] = useState(workflow.sources[0]?.value ?? '')
  const [place, setPlace] = useState(params.get('place') ?? '')
  const subject = params.get('subject')
  const [found, setFound] = useState<Record<string, Fault>>({})
  const open = useCommand(
    (body: Schemas['OpenCase'], key) => unwrap(client.POST('/api/cases', { params: { header: { ...writing(), 'Idempotency-Key': key } }, body })),
    (opened) => {
      drop()
      void queries.invalidateQueries()
      void navigate(`/cases/${encodeURIComponent(opened.line.id)}`)
    },
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const wrong = faults(workflow.fields, draft.fields)
    if (!place) wrong['place'] = { key: 'field_needed' }
    setFound(wrong)
    if (Object.keys(wrong).length === 0) {
      open.mutate({ workflow: workflow.id, source, place, subject, fields: changed(workflow.fields, draft.fields) })
    } else {
      focusFirstFault(event.currentTarget as HTMLFormElement)
    }
  }
  return (
    <form onSubmit={submit} noValidate>
      <div className="asked">
        <div className="field">
          <label htmlFor="source">{t('source')}</label>
          <Select id="source" value={source} choices={workflow.sources.map((option) => ({ value: option.value, label: say(option.title) }))} onChange={setSource} />
        </div>
        <div className="field">
          <label htmlFor="case-place" className="needed">
            {t('place')}
          </label>
          <PlacePicker id="case-place" value={place} onChange={setPlace} />
          {found['place'] && (
            <div className="fault" role="alert">
              {t('field_needed')}
            </div>
          )}
        </div>
      </div>
      <FieldForm
        fields={workflow.fields}
        values={draft.fields}
        faults={{ ...found, ...fieldFaults(open.error, say) }}
        onChange={(name, value) =>
          change((before) => {
            const { [name]: _, ...rest } = before.fields
            return { ...before, fields: value === undefined ? rest : { ...rest, [name]: value } }
          })
        }
      />
      <RefusedNotice error={open.error} />
      <div className="actions" style={{ marginTop: 12 }}>
        <Button type="primary" htmlType="submit" loading={open.isPending}>
          {t('submit')}
        </Button>
      </div>
    </form>
  )
}
