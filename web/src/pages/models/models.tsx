// Models with what they find and how often it was right.
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { grouped } from '../../lib/numbers'
import { useFilters } from '../../shared/filters'
import { Head, Panel } from '../../shared/panel'
import { Select } from '../../shared/select'
import { Answered, Empty } from '../../shared/state'
import { type Column, Table } from '../../shared/table'
import { Tag } from '../../shared/words'
import { HitRate } from './hit-rate'

type ModelLine = Schemas['ModelLine']

export default function ModelsPage() {
  const { t, say } = useText()
  const filters = useFilters()
  const pack = filters.get('pack')
  const query = useQuery({ queryKey: ['models', ''], queryFn: () => unwrap(client.GET('/api/models')) })
  const intro = query.data ? (query.data.run === null ? t('models_never') : t('models_intro', { run: query.data.run, day: query.data.as_of ?? '' })) : undefined
  const columns: Column<ModelLine>[] = [
    {
      key: 'title',
      title: t('model'),
      lead: true,
      cell: (line) => (
        <>
          <div className="row" style={{ gap: 6 }}>
            <Link className="strong" to={`/models/${encodeURIComponent(line.id)}`}>
              {say(line.title)}
            </Link>
            {line.shadow && <Tag>{t('shadow')}</Tag>}
            {line.kind === 'data_quality' && <Tag>{t('data_quality')}</Tag>}
          </div>
          <div className="small quiet">
            {line.id} · {say(line.subject_title)} · {line.basis}
          </div>
        </>
      ),
    },
    { key: 'hits', title: t('hits'), num: true, cell: (line) => (line.hits === null ? '–' : grouped(line.hits)) },
    { key: 'undetermined', title: t('undetermined'), num: true, cell: (line) => (line.undetermined === null ? '–' : grouped(line.undetermined)) },
    { key: 'open', title: t('open_clues'), num: true, cell: (line) => <Link to={`/clues?model=${encodeURIComponent(line.id)}&state=open`}>{grouped(line.open_clues)}</Link> },
    { key: 'rate', title: t('hit_rate'), width: 200, cell: (line) => <HitRate line={line} /> },
  ]
  return (
    <>
      <Head title={t('models_title')} intro={intro} />
      <Answered query={query}>
        {({ items }) => {
          const packs = [...new Set(items.map((line) => line.pack))]
          const shown = packs.filter((each) => !pack || each === pack)
          return (
            <>
              {packs.length > 1 && (
                <div className="filters">
                  <Select label={t('models_title')} value={pack} blank={t('all')} choices={packs.map((each) => ({ value: each, label: each }))} onChange={(value) => filters.set({ pack: value })} />
                </div>
              )}
              {items.length === 0 && <Empty>{t('models_empty')}</Empty>}
              {shown.map((each) => (
                <Panel key={each} title={<code>{each}</code>} flush>
                  <Table columns={columns} rows={items.filter((line) => line.pack === each)} id={(line) => line.id} caption={each} mark={(line) => line.flagged} />
                </Panel>
              ))}
            </>
          )
        }}
      </Answered>
    </>
  )
}
