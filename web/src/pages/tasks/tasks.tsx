// The workbench: what waits for me, the most urgent first, each with its clock.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Segmented } from 'antd'
import { Link } from 'react-router'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { useFilters } from '../../shared/filters'
import { Head, Panel } from '../../shared/panel'
import { type Column, KeysetTable, PAGE, usePages } from '../../shared/table'
import { ClockBadge, PlaceName, SubjectLink, Tag } from '../../shared/words'

type Task = Schemas['Task']

export default function TasksPage() {
  const { t, say } = useText()
  const filters = useFilters()
  const overdue = filters.get('overdue') === 'true'
  const pages = usePages(filters.key)
  const query = useQuery({
    queryKey: ['tasks', overdue, pages.after],
    queryFn: () => unwrap(client.GET('/api/tasks', { params: { query: { limit: PAGE, after: pages.after, ...(overdue ? { overdue } : {}) } } })),
    placeholderData: keepPreviousData,
  })
  const columns: Column<Task>[] = [
    {
      key: 'case',
      title: t('kind_of_work'),
      lead: true,
      cell: (task) => (
        <>
          <div className="row" style={{ gap: 6 }}>
            <Link className="strong" to={`/cases/${encodeURIComponent(task.case)}`}>
              {say(task.state.title)}
            </Link>
            {task.green && <Tag tone="good">{t('green_channel')}</Tag>}
          </div>
          <div className="small quiet">
            {say(task.workflow_title)} · {task.case}
          </div>
          {task.waiting && <div className="small tone-warn">{t('waiting_why', { why: say(task.waiting) })}</div>}
        </>
      ),
    },
    { key: 'clock', title: t('clock'), width: 150, cell: (task) => <ClockBadge clock={task.clock} /> },
    { key: 'overall', title: t('overall_clock'), width: 150, cell: (task) => <ClockBadge clock={task.overall} /> },
    { key: 'subject', title: t('subject'), tight: true, cell: (task) => <SubjectLink subject={task.subject} /> },
    { key: 'place', title: t('place'), tight: true, cell: (task) => <PlaceName place={task.place} /> },
    { key: 'waits', title: t('waits_for'), off: true, tight: true, cell: (task) => say(task.waits_for) },
  ]
  return (
    <>
      <Head
        title={t('tasks_title')}
        intro={t('tasks_intro')}
        end={
          <Segmented
            aria-label={t('tasks_title')}
            value={overdue ? 'overdue' : 'all'}
            onChange={(value) => filters.set({ overdue: value === 'overdue' ? 'true' : '' })}
            options={[
              { value: 'all', label: t('tasks_all') },
              { value: 'overdue', label: t('tasks_overdue') },
            ]}
          />
        }
      />
      <Panel title={overdue ? t('tasks_overdue') : t('tasks_all')} flush>
        <KeysetTable
          query={query}
          pages={pages}
          columns={columns}
          id={(task) => task.case}
          caption={t('tasks_title')}
          empty={t('tasks_empty')}
          mark={(task) => task.clock?.state === 'overdue' || task.overall?.state === 'overdue'}
        />
      </Panel>
    </>
  )
}
