// The list behind a number of the first page: who makes it up.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { useFilters } from '../../shared/filters'
import { Head, Panel } from '../../shared/panel'
import { type Column, KeysetTable, PAGE, usePages } from '../../shared/table'
import { PlaceName, Shown, SubjectLink } from '../../shared/words'

type Line = Schemas['ListLine']

export default function IndicatorPage() {
  const { t, say } = useText()
  const id = useParams()['id'] ?? ''
  const place = useFilters().get('place')
  const pages = usePages(`${id} ${place}`)
  const query = useQuery({
    queryKey: ['indicator', id, place, pages.after],
    queryFn: () => unwrap(client.GET('/api/indicators/{id}/list', { params: { path: { id }, query: { place, limit: PAGE, after: pages.after } } })),
    placeholderData: keepPreviousData,
  })
  const found = query.data
  const has = (part: (line: Line) => unknown) => found?.items.some((line) => part(line) !== null) ?? false
  const columns: Column<Line>[] = [
    { key: 'subject', title: found ? say(found.kind_title) : t('subject'), lead: true, cell: (line) => (line.subject ? <SubjectLink subject={line.subject} /> : <span className="quiet">{t('not_linked')}</span>) },
    { key: 'place', title: t('place'), cell: (line) => <PlaceName place={line.place} /> },
  ]
  if (has((line) => line.value)) columns.push({ key: 'value', title: t('values'), num: true, cell: (line) => <Shown text={line.value} /> })
  if (has((line) => line.file)) {
    columns.push({ key: 'file', title: t('source_file'), cell: (line) => line.file && <span className="small">{line.file.name} · {t('row_n', { n: line.file.row })}</span> })
  }
  const title = found ? say(found.title) : t('indicator')
  return (
    <>
      <Head
        title={title}
        above={
          <>
            <Link to="/">{t('home_title')}</Link> / {t('indicator')}
          </>
        }
        intro={
          found && (
            <>
              <PlaceName place={found.place} /> · {t('as_of', { day: found.as_of })}
              {found.basis && <> · {found.basis}</>}
              {found.not_covered > 0 && <> · {t('list_not_covered', { n: found.not_covered })}</>}
            </>
          )
        }
      />
      <Panel title={t('list_behind')} flush>
        <KeysetTable query={query} pages={pages} columns={columns} id={(line) => `${line.subject?.ref ?? ''} ${line.file?.name ?? ''} ${line.file?.row ?? ''}`} caption={title} empty={t('list_empty')} />
      </Panel>
    </>
  )
}
