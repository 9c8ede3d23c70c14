// Feeds: which are late, and what they sent last.
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { grouped } from '../../lib/numbers'
import { Panel } from '../../shared/panel'
import { Answered, Empty } from '../../shared/state'
import { type Column, Table } from '../../shared/table'
import { Tag, useWord } from '../../shared/words'

type FeedLine = Schemas['FeedLine']

const tones = { fresh: 'good', late: 'warn', lapsed: 'bad', never: 'plain' } as const
/** What is late first; what never came has a department that never promised it. */
const urgency = ['lapsed', 'late', 'fresh', 'never']

export function Feeds() {
  const { t, say } = useText()
  const word = useWord()
  const query = useQuery({ queryKey: ['feeds'], queryFn: () => unwrap(client.GET('/api/feeds')) })
  const columns: Column<FeedLine>[] = [
    {
      key: 'title',
      title: t('feed'),
      lead: true,
      cell: (feed) => (
        <>
          <Link className="strong" to={`/data?view=deliveries&feed=${encodeURIComponent(feed.id)}`}>
            {say(feed.title)}
          </Link>
          <div className="small quiet">
            <code>{feed.id}</code> · {feed.pack}
          </div>
        </>
      ),
    },
    {
      key: 'state',
      title: t('state'),
      cell: (feed) => (
        <>
          <Tag tone={tones[feed.state]}>{word('feed_state', feed.state)}</Tag>
          {feed.days_late !== null && feed.days_late > 0 && <div className="small quiet nowrap">{t('days_late', { n: feed.days_late })}</div>}
        </>
      ),
    },
    { key: 'provider', title: t('provider'), cell: (feed) => (feed.provider ? say(feed.provider) : '–') },
    { key: 'rhythm', title: t('rhythm'), off: true, cell: (feed) => say(feed.rhythm) || '–' },
    { key: 'covers', title: t('covers_to'), cell: (feed) => <span className="nowrap">{feed.covers_to ?? '–'}</span> },
    {
      key: 'last',
      title: t('last_delivery'),
      cell: (feed) =>
        feed.last ? (
          <>
            <span className="nowrap">{feed.last.received}</span> <div className="small quiet">{feed.last.file_name}</div>
          </>
        ) : (
          '–'
        ),
    },
    { key: 'rows', title: t('rows'), num: true, cell: (feed) => (feed.last ? grouped(feed.last.rows) : '–') },
    {
      key: 'refused',
      title: t('refused'),
      num: true,
      cell: (feed) => (feed.refused > 0 ? <Link to={`/data?view=refused&feed=${encodeURIComponent(feed.id)}`}>{grouped(feed.refused)}</Link> : '0'),
    },
  ]
  return (
    <Answered query={query}>
      {({ items, as_of }) => (
        <Panel title={t('feeds')} note={t('as_of', { day: as_of })} flush>
          {items.length === 0 ? (
            <Empty>{t('feeds_empty')}</Empty>
          ) : (
            <Table
              columns={columns}
              rows={[...items].sort((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state))}
              id={(feed) => feed.id}
              caption={t('feeds')}
              mark={(feed) => feed.state === 'lapsed'}
            />
          )}
        </Panel>
      )}
    </Answered>
  )
}
