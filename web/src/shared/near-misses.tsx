// Who is one condition away from a hit of a model, and which condition.
import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { client, type Schemas, unwrap } from '../api/client'
import { useText } from '../i18n'
import { Panel } from './panel'
import { ConditionText } from './reasons'
import { type Column, KeysetTable, PAGE, usePages } from './table'
import { PlaceName, SubjectLink, Tag, useWord } from './words'

type NearLine = Schemas['NearLine']

export function NearMisses({ model, place = '' }: { model: string; place?: string }) {
  const { t, say } = useText()
  const word = useWord()
  const pages = usePages(`${model} ${place}`)
  const query = useQuery({
    queryKey: ['near', model, place, pages.after],
    queryFn: () => unwrap(client.GET('/api/models/{id}/near', { params: { path: { id: model }, query: { limit: PAGE, after: pages.after, ...(place ? { place } : {}) } } })),
    placeholderData: keepPreviousData,
  })
  const columns: Column<NearLine>[] = [
    { key: 'subject', title: t('subject'), lead: true, cell: (line) => <SubjectLink subject={line.subject} /> },
    { key: 'place', title: t('place'), cell: (line) => <PlaceName place={line.place} /> },
    { key: 'condition', title: t('near_condition'), cell: (line) => <ConditionText condition={line.condition} /> },
    {
      key: 'answer',
      title: t('state'),
      cell: (line) => (
        <>
          <Tag tone={line.answer === 'undetermined' ? 'warn' : 'plain'}>{word('answer', line.answer)}</Tag>
          {line.reasons.length > 0 && <div className="small quiet">{line.reasons.map((reason) => say(reason)).join(t('joint'))}</div>}
        </>
      ),
    },
  ]
  return (
    <Panel title={t('near_title')} note={t('near_intro')} flush>
      <KeysetTable query={query} pages={pages} columns={columns} id={(line) => `${line.subject.ref} ${line.condition.text}`} caption={t('near_title')} empty={t('near_empty')} />
    </Panel>
  )
}
