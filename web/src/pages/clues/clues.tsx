// Clues within the caller's scope; on the second leaf, who is one condition away.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Tabs } from 'antd'
import { Link } from 'react-router'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { ExportLinks } from '../../shared/export'
import { given, useFilters } from '../../shared/filters'
import { NearMisses } from '../../shared/near-misses'
import { Head, Panel } from '../../shared/panel'
import { PlacePicker } from '../../shared/places'
import { SearchBox } from '../../shared/search'
import { Labelled, Select } from '../../shared/select'
import { Empty } from '../../shared/state'
import { type Column, KeysetTable, PAGE, usePages } from '../../shared/table'
import { ClueState, PlaceName, Severity, SubjectLink, useWord } from '../../shared/words'
import { useMay } from '../../shell/session'

type ClueLine = Schemas['ClueLine']

const STATES: ClueLine['state'][] = ['open', 'unconfirmed', 'quiet', 'judged', 'ended', 'merged']

export default function CluesPage() {
  const { t, say } = useText()
  const filters = useFilters()
  const may = useMay()
  const word = useWord()
  const models = useQuery({ queryKey: ['models', ''], queryFn: () => unwrap(client.GET('/api/models')), enabled: may('list_models'), staleTime: 60_000 })
  const pack = filters.get('pack')
  const model = filters.get('model')
  const near = filters.get('view') === 'near'
  const asked = given({
    model,
    pack,
    state: filters.get('state'),
    place: filters.get('place'),
    severity: filters.get('severity'),
    q: filters.get('q'),
  })
  const choices = (models.data?.items ?? []).filter((line) => !pack || line.pack === pack).map((line) => ({ value: line.id, label: `${line.id} ${say(line.title)}` }))
  return (
    <>
      <Head title={t('clues_title')} intro={t('clues_intro')} />
      <div className="filters" role="search">
        {choices.length > 0 && (
          <Labelled label={t('model')} className="full">
            <Select value={model} blank={t('all')} choices={choices} onChange={(value) => filters.set({ model: value })} />
          </Labelled>
        )}
        {!near && (
          <>
            <Labelled label={t('state')}>
              <Select
                value={filters.get('state')}
                blank={t('all')}
                choices={STATES.map((state) => ({ value: state, label: word('clue_state', state) }))}
                onChange={(value) => filters.set({ state: value })}
              />
            </Labelled>
            <Labelled label={t('severity')}>
              <Select
                value={filters.get('severity')}
                blank={t('all')}
                choices={['high', 'medium', 'low'].map((level) => ({ value: level, label: word('severity', level) }))}
                onChange={(value) => filters.set({ severity: value })}
              />
            </Labelled>
          </>
        )}
        <div className="labelled full">
          <label htmlFor="place">{t('place')}</label>
          <PlacePicker id="place" value={filters.get('place')} onChange={(value) => filters.set({ place: value })} />
        </div>
        {!near && (
          <div className="grow">
            <SearchBox value={filters.get('q')} placeholder={t('search_key')} onSearch={(q) => filters.set({ q })} />
          </div>
        )}
        {filters.any && <Button onClick={filters.clear}>{t('clear')}</Button>}
      </div>
      <Tabs
        activeKey={near ? 'near' : 'list'}
        onChange={(key) => filters.set({ view: key === 'near' ? 'near' : '' })}
        destroyOnHidden
        items={[
          { key: 'list', label: t('clues_list'), children: <ClueList asked={asked} /> },
          ...(may('near')
            ? [
                {
                  key: 'near',
                  label: t('clues_near'),
                  children: model ? (
                    <NearMisses model={model} place={filters.get('place')} />
                  ) : (
                    <Panel title={t('near_title')} note={t('near_intro')}>
                      <Empty>{t('near_choose')}</Empty>
                    </Panel>
                  ),
                },
              ]
            : []),
        ]}
      />
    </>
  )
}

function ClueList({ asked }: { asked: Record<string, string> }) {
  const { t, say } = useText()
  const may = useMay()
  const key = JSON.stringify(asked)
  const pages = usePages(key)
  const query = useQuery({
    queryKey: ['clues', key, pages.after],
    queryFn: () => unwrap(client.GET('/api/clues', { params: { query: { ...asked, order: 'rank', limit: PAGE, after: pages.after } } })),
    placeholderData: keepPreviousData,
  })
  const columns: Column<ClueLine>[] = [
    {
      key: 'model',
      title: t('model'),
      lead: true,
      cell: (line) => (
        <>
          <Link className="strong" to={`/clues/${encodeURIComponent(line.id)}`}>
            {say(line.model_title)}
          </Link>
          <div className="small quiet">
            {line.id} · {line.model}
          </div>
        </>
      ),
    },
    { key: 'severity', title: t('severity'), cell: (line) => <Severity level={line.severity} /> },
    { key: 'subject', title: t('subject'), cell: (line) => <SubjectLink subject={line.subject} /> },
    { key: 'place', title: t('place'), cell: (line) => <PlaceName place={line.place} /> },
    { key: 'opened', title: t('opened'), cell: (line) => <span className="nowrap">{line.raised ?? line.opened}</span> },
    {
      key: 'state',
      title: t('state'),
      cell: (line) => (
        <>
          <ClueState line={line} />
          {line.case && (
            <Link className="small" to={`/cases/${encodeURIComponent(line.case)}`}>
              {t('in_case', { id: line.case })}
            </Link>
          )}
        </>
      ),
    },
  ]
  return (
    <Panel title={t('clues_title')} end={may('export') && <ExportLinks list="clues" filters={asked} />} flush>
      <KeysetTable query={query} pages={pages} columns={columns} id={(line) => line.id} caption={t('clues_title')} empty={t('clues_empty')} />
    </Panel>
  )
}
