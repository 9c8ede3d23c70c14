// A few clues or cases in a small table, within another page: what it is, with its number, then what tells one from the next.
import { Link } from 'react-router'

import type { Pair, Schemas } from '../api/client'
import { useText } from '../i18n'
import { type Column, Table } from './table'
import { ClueState, Severity, Tag } from './words'

interface Line {
  id: string
}

function Lines<Of extends Line>(props: { lines: Of[]; caption: string; lead: string; title: (line: Of) => Pair; at: 'clues' | 'cases'; columns: Column<Of>[] }) {
  const { say } = useText()
  const lead: Column<Of> = {
    key: 'lead',
    title: props.lead,
    lead: true,
    cell: (line) => (
      <>
        <Link to={`/${props.at}/${encodeURIComponent(line.id)}`}>{say(props.title(line))}</Link> <span className="small quiet nowrap">{line.id}</span>
      </>
    ),
  }
  return <Table caption={props.caption} rows={props.lines} id={(line) => line.id} columns={[lead, ...props.columns]} />
}

export function CaseLines({ lines, caption }: { lines: Schemas['CaseLine'][]; caption: string }) {
  const { t, say } = useText()
  return (
    <Lines
      lines={lines}
      caption={caption}
      lead={t('workflow')}
      title={(line) => line.workflow_title}
      at="cases"
      columns={[
        { key: 'state', title: t('state'), cell: (line) => <Tag tone={line.state.final ? 'good' : 'primary'}>{say(line.state.title)}</Tag> },
        { key: 'source', title: t('source'), cell: (line) => say(line.source) },
        { key: 'opened', title: t('opened'), cell: (line) => <span className="nowrap">{line.opened}</span> },
      ]}
    />
  )
}

export function ClueLines({ lines, caption }: { lines: Schemas['ClueLine'][]; caption: string }) {
  const { t } = useText()
  return (
    <Lines
      lines={lines}
      caption={caption}
      lead={t('model')}
      title={(line) => line.model_title}
      at="clues"
      columns={[
        { key: 'severity', title: t('severity'), cell: (line) => <Severity level={line.severity} /> },
        { key: 'opened', title: t('opened'), cell: (line) => <span className="nowrap">{line.raised ?? line.opened}</span> },
        { key: 'state', title: t('state'), cell: (line) => <ClueState line={line} /> },
      ]}
    />
  )
}
