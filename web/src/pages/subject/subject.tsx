// One subject of any kind. Its labels come from packs; what is masked stays so until a purpose is given.
import { EyeOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { CaseLines, ClueLines } from '../../shared/lines'
import { Head, Panel } from '../../shared/panel'
import { Reveal } from '../../shared/reveal'
import { Answered } from '../../shared/state'
import { PlaceName, Shown, SubjectLink, Tag, useWord } from '../../shared/words'
import { useMay } from '../../shell/session'
import { AccessTable } from '../access/access-table'

export default function SubjectPage() {
  const params = useParams()
  const [kind, ref] = [params['kind'] ?? '', params['id'] ?? '']
  const query = useQuery({ queryKey: ['subject', kind, ref], queryFn: () => unwrap(client.GET('/api/subjects/{kind}/{ref}', { params: { path: { kind, ref } } })) })
  return <Answered query={query}>{(subject) => <SubjectView key={`${kind} ${ref}`} found={subject} />}</Answered>
}

function SubjectView({ found }: { found: Schemas['Subject'] }) {
  const { t, say } = useText()
  const may = useMay()
  const [revealing, setRevealing] = useState(false)
  // Kept by the page and gone with it: leaving masks again.
  const [revealed, setRevealed] = useState<Schemas['Revealed'] | null>(null)
  const { subject } = found
  const open = new Map((revealed?.values ?? []).map((value) => [value.name, say(value.text)]))
  const maskable = found.attributes.some((attribute) => attribute.masked) || subject.label.includes('*')
  const key = open.get('key')
  const unknown = found.attributes.filter((attribute) => !attribute.covered)
  const workflows = useQuery({ queryKey: ['workflows'], queryFn: () => unwrap(client.GET('/api/workflows')), enabled: may('open_case') })
  const opens = workflows.data?.items.some((workflow) => workflow.subject === subject.kind) ?? false
  return (
    <>
      <Head
        title={key ?? (subject.erased ? t('erased') : subject.label)}
        above={
          <>
            <Link to={`/subjects?kind=${encodeURIComponent(subject.kind)}`}>{t('subjects_title')}</Link> / {say(subject.kind_title)}
          </>
        }
        intro={
          <>
            <PlaceName place={found.place} /> · {t('subject_data_day', { day: found.as_of })}
          </>
        }
        end={
          !subject.erased && (
            <>
              {may('reveal') && maskable && (
                <Button icon={<EyeOutlined aria-hidden />} onClick={() => setRevealing(true)}>
                  {t('reveal')}
                </Button>
              )}
              {opens && (
                <Link to={`/cases/new?subject=${encodeURIComponent(`${subject.kind}/${subject.ref}`)}&place=${encodeURIComponent(found.place?.code ?? '')}`}>
                  <Button tabIndex={-1}>{t('new_case')}</Button>
                </Link>
              )}
            </>
          )
        }
      />
      {revealed && (
        <p className="notice good" role="status" style={{ marginBottom: 12 }}>
          {t('revealed', { n: revealed.logged })}
        </p>
      )}
      {revealing && (
        <Reveal
          kind={subject.kind}
          id={subject.ref}
          choices={[
            { value: 'key', label: t('reveal_key') },
            ...found.attributes.filter((attribute) => attribute.masked && attribute.class !== 'secret').map((attribute) => ({ value: attribute.name, label: say(attribute.title) })),
          ]}
          close={() => setRevealing(false)}
          done={(next) => {
            setRevealed((before) => ({ logged: next.logged, values: [...(before?.values ?? []), ...next.values] }))
            setRevealing(false)
          }}
        />
      )}
      <div className="split">
        <div>
          <Panel title={t('attributes')}>
            <Attributes attributes={found.attributes.filter((attribute) => attribute.covered)} open={open} />
            {unknown.length > 0 && (
              <details style={{ marginTop: 12 }}>
                <summary>{t('attributes_unknown', { n: unknown.length })}</summary>
                <Attributes attributes={unknown} open={open} />
              </details>
            )}
          </Panel>
          <Panel title={t('clues_title')} flush={found.clues.length > 0}>
            {found.clues.length > 0 ? <ClueLines lines={found.clues} caption={t('clues_title')} /> : <p className="quiet">{t('none')}</p>}
          </Panel>
          <Panel title={t('cases_title')} flush={found.cases.length > 0}>
            {found.cases.length > 0 ? <CaseLines lines={found.cases} caption={t('cases_title')} /> : <p className="quiet">{t('none')}</p>}
          </Panel>
          {may('subject_access') && <AccessTable key={revealed?.logged ?? 0} of={subject} />}
        </div>
        <div>
          {found.related.map((related, index) => (
            <Panel key={index} title={say(related.title)}>
              <ul className="stack related">
                {related.subjects.map((each) => (
                  <li key={`${each.kind} ${each.ref}`}>
                    <SubjectLink subject={each} />
                  </li>
                ))}
                {related.subjects.length === 0 && <li className="quiet">{t('none')}</li>}
              </ul>
            </Panel>
          ))}
        </div>
      </div>
    </>
  )
}

function Attributes({ attributes, open }: { attributes: Schemas['SubjectValue'][]; open: Map<string, string> }) {
  const { t, say } = useText()
  const word = useWord()
  return (
    <dl className="pairs">
      {attributes.map((attribute) => {
        const text = open.get(attribute.name)
        return (
          <div key={attribute.name}>
            <dt>
              {say(attribute.title)} {attribute.class !== 'open' && attribute.class !== 'internal' && <Tag>{word('class', attribute.class)}</Tag>}
            </dt>
            <dd>
              {text !== undefined ? <span className="strong">{text || t('none')}</span> : <Shown text={attribute.text} masked={attribute.masked} covered={attribute.covered} />}
              {attribute.reasons.length > 0 && <div className="small quiet">{attribute.reasons.map((reason) => say(reason)).join(t('joint'))}</div>}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
