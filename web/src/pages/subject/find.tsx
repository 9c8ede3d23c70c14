// Finding subjects: by whole key, or those of a place.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { grouped } from '../../lib/numbers'
import { given, useFilters } from '../../shared/filters'
import { Head, Panel } from '../../shared/panel'
import { PlacePicker } from '../../shared/places'
import { SearchBox } from '../../shared/search'
import { Labelled, Select } from '../../shared/select'
import { Answered } from '../../shared/state'
import { type Column, KeysetTable, PAGE, usePages } from '../../shared/table'
import { PlaceName, SubjectLink } from '../../shared/words'

type Found = Schemas['SubjectFound']

export default function FindPage() {
  const { t } = useText()
  const kinds = useQuery({ queryKey: ['kinds'], queryFn: () => unwrap(client.GET('/api/kinds')), staleTime: 10 * 60_000 })
  return (
    <>
      <Head title={t('subjects_title')} intro={t('subjects_intro')} />
      <Answered query={kinds}>{({ items }) => <Finder kinds={items} />}</Answered>
    </>
  )
}

function Finder({ kinds }: { kinds: Schemas['Kind'][] }) {
  const { t, say } = useText()
  const filters = useFilters()
  const kind = filters.get('kind') || kinds[0]?.id || ''
  const asked = given({ q: filters.get('q'), place: filters.get('place') })
  const pages = usePages(filters.key)
  const query = useQuery({
    queryKey: ['subjects', kind, JSON.stringify(asked), pages.after],
    queryFn: () => unwrap(client.GET('/api/subjects', { params: { query: { kind, ...asked, limit: PAGE, after: pages.after } } })),
    placeholderData: keepPreviousData,
    enabled: kind !== '',
  })
  const columns: Column<Found>[] = [
    { key: 'subject', title: t('subject'), lead: true, cell: (found) => <SubjectLink subject={found.subject} /> },
    { key: 'place', title: t('place'), cell: (found) => <PlaceName place={found.place} /> },
    { key: 'clues', title: t('open_clues'), num: true, cell: (found) => grouped(found.open_clues) },
    { key: 'cases', title: t('open_cases'), num: true, cell: (found) => grouped(found.open_cases) },
  ]
  return (
    <>
      <div className="filters" role="search">
        <Labelled label={t('subjects_kind')}>
          <Select value={kind} choices={kinds.map((each) => ({ value: each.id, label: say(each.title) }))} onChange={(value) => filters.set({ kind: value })} />
        </Labelled>
        <div className="labelled full">
          <label htmlFor="place">{t('place')}</label>
          <PlacePicker id="place" value={filters.get('place')} onChange={(value) => filters.set({ place: value })} />
        </div>
        <div className="grow">
          <SearchBox value={filters.get('q')} placeholder={t('subject_key')} onSearch={(q) => filters.set({ q })} />
        </div>
        {filters.any && <Button onClick={filters.clear}>{t('clear')}</Button>}
      </div>
      <Panel title={t('subjects_title')} flush>
        <KeysetTable query={query} pages={pages} columns={columns} id={(found) => found.subject.ref} caption={t('subjects_title')} empty={t('subjects_empty')} />
      </Panel>
    </>
  )
}
