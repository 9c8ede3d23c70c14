// Cases within the caller's scope.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { Link } from 'react-router'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { ExportLinks } from '../../shared/export'
import { given, useFilters } from '../../shared/filters'
import { Head, Panel } from '../../shared/panel'
import { PlacePicker } from '../../shared/places'
import { SearchBox } from '../../shared/search'
import { Labelled, Select } from '../../shared/select'
import { type Column, KeysetTable, PAGE, usePages } from '../../shared/table'
import { ClockBadge, PlaceName, SubjectLink, Tag } from '../../shared/words'
import { useMay } from '../../shell/session'

type CaseLine = Schemas['CaseLine']

export default function CasesPage() {
  const { t, say } = useText()
  const filters = useFilters()
  const may = useMay()
  const pages = usePages(filters.key)
  const texts = given({ workflow: filters.get('workflow'), pack: filters.get('pack'), state: filters.get('state'), place: filters.get('place'), q: filters.get('q') })
  const open = filters.get('open')
  const overdue = filters.get('overdue') === 'true'
  const asked = { ...texts, ...(open ? { open: open === 'true' } : {}), ...(overdue ? { overdue } : {}) }
  const query = useQuery({
    queryKey: ['cases', JSON.stringify(asked), pages.after],
    queryFn: () => unwrap(client.GET('/api/cases', { params: { query: { ...asked, limit: PAGE, after: pages.after } } })),
    placeholderData: keepPreviousData,
  })
  const workflows = useQuery({ queryKey: ['workflows'], queryFn: () => unwrap(client.GET('/api/workflows')), enabled: may('workflows'), staleTime: 60_000 })
  const choices = (workflows.data?.items ?? []).map((line) => ({ value: line.id, label: say(line.title) }))
  const columns: Column<CaseLine>[] = [
    {
      key: 'case',
      title: t('workflow'),
      lead: true,
      cell: (line) => (
        <>
          <div className="row" style={{ gap: 6 }}>
            <Link className="strong" to={`/cases/${encodeURIComponent(line.id)}`}>
              {say(line.workflow_title)}
            </Link>
            {line.green && <Tag tone="good">{t('green_channel')}</Tag>}
          </div>
          <div className="small quiet">{line.id}</div>
        </>
      ),
    },
    { key: 'state', title: t('state'), cell: (line) => <Tag tone={line.state.final ? 'good' : 'primary'}>{say(line.state.title)}</Tag> },
    { key: 'subject', title: t('subject'), cell: (line) => <SubjectLink subject={line.subject} /> },
    { key: 'place', title: t('place'), cell: (line) => <PlaceName place={line.place} /> },
    { key: 'source', title: t('source'), off: true, cell: (line) => say(line.source) },
    { key: 'opened', title: t('opened'), cell: (line) => <span className="nowrap">{line.opened}</span> },
    { key: 'clock', title: t('clock'), cell: (line) => (line.closed ? <span className="quiet nowrap">{t('closed_on', { day: line.closed })}</span> : <ClockBadge clock={line.clock} />) },
  ]
  const strings = { ...texts, open, overdue: overdue ? 'true' : '' }
  return (
    <>
      <Head
        title={t('cases_title')}
        intro={t('cases_intro')}
        end={
          may('open_case') && (
            <Link to="/cases/new">
              <Button type="primary" tabIndex={-1}>
                {t('new_case')}
              </Button>
            </Link>
          )
        }
      />
      <div className="filters" role="search">
        {choices.length > 0 && (
          <Labelled label={t('workflow')} className="full">
            <Select value={filters.get('workflow')} blank={t('all')} choices={choices} onChange={(workflow) => filters.set({ workflow })} />
          </Labelled>
        )}
        <Labelled label={t('state')}>
          <Select
            value={overdue ? 'overdue' : open}
            blank={t('all')}
            choices={[
              { value: 'true', label: t('cases_open') },
              { value: 'overdue', label: t('overdue') },
              { value: 'false', label: t('cases_closed') },
            ]}
            onChange={(value) => filters.set(value === 'overdue' ? { overdue: 'true', open: 'true' } : { overdue: '', open: value })}
          />
        </Labelled>
        <div className="labelled full">
          <label htmlFor="place">{t('place')}</label>
          <PlacePicker id="place" value={filters.get('place')} onChange={(place) => filters.set({ place })} />
        </div>
        <div className="grow">
          <SearchBox value={filters.get('q')} placeholder={t('search_key')} onSearch={(q) => filters.set({ q })} />
        </div>
        {filters.any && <Button onClick={filters.clear}>{t('clear')}</Button>}
      </div>
      <Panel title={t('cases_title')} end={may('export') && <ExportLinks list="cases" filters={strings} />} flush>
        <KeysetTable
          query={query}
          pages={pages}
          columns={columns}
          id={(line) => line.id}
          caption={t('cases_title')}
          empty={t('cases_empty')}
          mark={(line) => line.closed === null && line.clock?.state === 'overdue'}
        />
      </Panel>
    </>
  )
}
