// Rows that were not taken in: where they stand, and why.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Checkbox } from 'antd'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { useFilters } from '../../shared/filters'
import { Panel } from '../../shared/panel'
import { type Column, KeysetTable, PAGE, usePages } from '../../shared/table'
import { Tag } from '../../shared/words'
import { FeedFilter } from './feed-filter'

type RefusedRow = Schemas['RefusedRow']

export function RefusedRows({ feed }: { feed: string }) {
  const { t, say } = useText()
  const filters = useFilters()
  const all = filters.get('all') === 'true'
  const pages = usePages(`${feed} ${all}`)
  const query = useQuery({
    queryKey: ['refused-rows', feed, all, pages.after],
    queryFn: () => unwrap(client.GET('/api/refused-rows', { params: { query: { limit: PAGE, after: pages.after, ...(feed ? { feed } : {}), ...(all ? { all } : {}) } } })),
    placeholderData: keepPreviousData,
  })
  const columns: Column<RefusedRow>[] = [
    {
      key: 'why',
      title: t('refused_why'),
      lead: true,
      cell: (row) => (
        <>
          {say(row.text)} {row.closed && <Tag tone="good">{t('corrected')}</Tag>}
          <div className="small quiet">
            <code>{row.code}</code> · {say(row.feed_title)}
          </div>
        </>
      ),
    },
    {
      key: 'where',
      title: t('refused_where'),
      cell: (row) => (
        <>
          {row.file_name}
          <div className="small quiet">
            {row.sheet && <>{row.sheet} · </>}
            {t('row_n', { n: row.row })}
            {row.column && <> · {row.column}</>}
          </div>
        </>
      ),
    },
    { key: 'value', title: t('refused_value'), cell: (row) => (row.value === null ? '–' : <span className="code">{row.value}</span>) },
  ]
  return (
    <>
      <FeedFilter feed={feed}>
        <Checkbox checked={all} onChange={(event) => filters.set({ all: event.target.checked ? 'true' : '' })}>
          {t('refused_all')}
        </Checkbox>
      </FeedFilter>
      <Panel title={t('refused_rows')} flush>
        <KeysetTable query={query} pages={pages} columns={columns} id={(row) => String(row.id)} caption={t('refused_rows')} empty={t('refused_empty')} />
      </Panel>
    </>
  )
}
