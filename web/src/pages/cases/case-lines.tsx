// A few cases in a small table, within another page.
import { Link } from 'react-router'

import type { Schemas } from '../../api/client'
import { useText } from '../../i18n'
import { Table } from '../../shared/table'
import { Tag } from '../../shared/words'

export function CaseLines({ lines, caption }: { lines: Schemas['CaseLine'][]; caption: string }) {
  const { t, say } = useText()
  return (
    <Table
      caption={caption}
      rows={lines}
      id={(line) => line.id}
      columns={[
        {
          key: 'case',
          title: t('workflow'),
          lead: true,
          cell: (line) => (
            <>
              <Link to={`/cases/${encodeURIComponent(line.id)}`}>{say(line.workflow_title)}</Link> <span className="small quiet nowrap">{line.id}</span>
            </>
          ),
        },
        { key: 'state', title: t('state'), cell: (line) => <Tag tone={line.state.final ? 'good' : 'primary'}>{say(line.state.title)}</Tag> },
        { key: 'source', title: t('source'), cell: (line) => say(line.source) },
        { key: 'opened', title: t('opened'), cell: (line) => <span className="nowrap">{line.opened}</span> },
      ]}
    />
  )
}
