// One subject of any kind. Its labels come from packs; what is masked stays so until a purpose is given.
import { EyeOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { Head, Panel } from '../../shared/panel'
import { Reveal } from '../../shared/reveal'
import { Answered } from '../../shared/state'
import { PlaceName, Shown, SubjectLink, Tag, useWord } from '../../shared/words'
import { useMay } from '../../shell/session'
import { AccessTable } from '../access/access-table'
import { CaseLines } from '../cases/case-lines'
import { ClueLines } from '../clue/clue-lines'

export default function SubjectPage() {
  const params = useParams()
  const [kind, ref] = [params['kind'] ?? '', params['id'] ?? '']
  const query = useQuery({ queryKey: ['subject', kind, ref], queryFn: () => unwrap(client.GET('/api/subjects/{kind}/{ref}', { params: { path: { kind, ref } } })) })
  return <Answered query={query}>{(subject) => <SubjectView key={`${kind} ${ref}`} found={subject} />}</Answered>
}

function SubjectView({ found }: { found: Schemas['Subject'] }) {
  const { t, say } = useText()
  const may = useMay()
  const word = useWord()
  const [revealing, setRevealing] = useState(false)
  // Kept by the page and gone with it: leaving masks again.
  const [revealed, setRevealed] = useState<Schemas['Revealed'] | null>(null)
  const { subject } = found
  const open = new Map((revealed?.values ?? []).map((value) => [value.name, value.text]))
  const maskable = found.attributes.some((attribute) => attribute.masked) || subject.label.includes('*')
  const key = open.get('key')
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
          may('reveal') &&
          maskable &&
          !subject.erased && (
            <Button icon={<EyeOutlined />} onClick={() => setRevealing(true)}>
              {t('reveal')}
            </Button>
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
            <dl className="pairs">
              {found.attributes.map((attribute) => {
                const text = open.get(attribute.name)
                return (
                  <div key={attribute.name}>
                    <dt>
                      {say(attribute.title)} {attribute.class !== 'open' && attribute.class !== 'internal' && <Tag>{word('class', attribute.class)}</Tag>}
                    </dt>
                    <dd>
                      {text !== undefined ? <span className="strong">{text ?? t('none')}</span> : <Shown text={attribute.text} masked={attribute.masked} covered={attribute.covered} />}
                      {attribute.reasons.length > 0 && <div className="small quiet">{attribute.reasons.map((reason) => say(reason)).join(t('joint'))}</div>}
                    </dd>
                  </div>
                )
              })}
            </dl>
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
