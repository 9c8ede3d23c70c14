// A few clues in a small table, within another page.
import { Link } from 'react-router'

import type { Schemas } from '../../api/client'
import { useText } from '../../i18n'
import { Table } from '../../shared/table'
import { ClueState, Severity } from '../../shared/words'

export function ClueLines({ lines, caption }: { lines: Schemas['ClueLine'][]; caption: string }) {
  const { t, say } = useText()
  return (
    <Table
      caption={caption}
      rows={lines}
      id={(line) => line.id}
      columns={[
        {
          key: 'model',
          title: t('model'),
          lead: true,
          cell: (line) => (
            <>
              <Link to={`/clues/${encodeURIComponent(line.id)}`}>{say(line.model_title)}</Link> <span className="small quiet nowrap">{line.id}</span>
            </>
          ),
        },
        { key: 'severity', title: t('severity'), cell: (line) => <Severity level={line.severity} /> },
        { key: 'opened', title: t('opened'), cell: (line) => <span className="nowrap">{line.raised ?? line.opened}</span> },
        { key: 'state', title: t('state'), cell: (line) => <ClueState line={line} /> },
      ]}
    />
  )
}
