// Deliveries, newest first.
import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { grouped } from '../../lib/numbers'
import { Panel } from '../../shared/panel'
import { type Column, KeysetTable, PAGE, usePages } from '../../shared/table'
import { Tag } from '../../shared/words'
import { FeedFilter } from './feed-filter'

type Delivery = Schemas['DeliveryLine']

export function Deliveries({ feed }: { feed: string }) {
  const { t, say } = useText()
  const pages = usePages(feed)
  const query = useQuery({
    queryKey: ['deliveries', feed, pages.after],
    queryFn: () => unwrap(client.GET('/api/deliveries', { params: { query: { limit: PAGE, after: pages.after, ...(feed ? { feed } : {}) } } })),
    placeholderData: keepPreviousData,
  })
  const columns: Column<Delivery>[] = [
    {
      key: 'file',
      title: t('file'),
      lead: true,
      cell: (delivery) => (
        <>
          <span className="strong">{delivery.file_name}</span> {delivery.destroyed && <Tag tone="bad">{t('destroyed')}</Tag>}
          <div className="small quiet">
            {delivery.sequence} · {say(delivery.feed_title)}
          </div>
        </>
      ),
    },
    { key: 'received', title: t('received'), cell: (delivery) => <span className="nowrap">{delivery.received}</span> },
    {
      key: 'covers',
      title: t('covers'),
      cell: (delivery) => <span className="nowrap">{delivery.covers_to ? `${delivery.covers_from ?? '…'} – ${delivery.covers_to}` : '–'}</span>,
    },
    { key: 'rows', title: t('rows'), num: true, cell: (delivery) => grouped(delivery.rows) },
    { key: 'refused', title: t('refused'), num: true, cell: (delivery) => (delivery.refused > 0 ? <b className="tone-warn">{grouped(delivery.refused)}</b> : '0') },
    { key: 'by', title: t('by'), off: true, cell: (delivery) => delivery.by },
  ]
  return (
    <>
      <FeedFilter feed={feed} />
      <Panel title={t('deliveries')} flush>
        <KeysetTable query={query} pages={pages} columns={columns} id={(delivery) => String(delivery.sequence)} caption={t('deliveries')} empty={t('deliveries_empty')} />
      </Panel>
    </>
  )
}
