// The clues worked in a case; each opens to its reasons and source rows.
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { ExplanationView } from '../../shared/explanation'
import { Panel } from '../../shared/panel'
import { Answered } from '../../shared/state'
import { ClueState, Severity } from '../../shared/words'
import { useMay } from '../../shell/session'

export function Evidence({ clues }: { clues: Schemas['ClueLine'][] }) {
  const { t } = useText()
  return (
    <Panel title={t('evidence')} flush={clues.length > 0}>
      {clues.length === 0 ? <p className="quiet">{t('evidence_empty')}</p> : clues.map((line, index) => <EvidenceClue key={line.id} line={line} first={index === 0} />)}
    </Panel>
  )
}

function EvidenceClue({ line, first }: { line: Schemas['ClueLine']; first: boolean }) {
  const { t, say } = useText()
  const may = useMay()
  const [open, setOpen] = useState(first && may('get_clue'))
  const query = useQuery({
    queryKey: ['clue', line.id],
    queryFn: () => unwrap(client.GET('/api/clues/{id}', { params: { path: { id: line.id } } })),
    enabled: open,
  })
  return (
    <div className="evidence">
      <div className="row">
        <Link className="strong" to={`/clues/${encodeURIComponent(line.id)}`}>
          {say(line.model_title)}
        </Link>
        <span className="small quiet">{line.id}</span>
        <Severity level={line.severity} />
        <ClueState line={line} />
        {may('get_clue') && (
          <Button size="small" type="link" aria-expanded={open} onClick={() => setOpen(!open)} aria-label={`${t(open ? 'hide' : 'show')} ${line.id}`}>
            {t(open ? 'hide' : 'show')}
          </Button>
        )}
      </div>
      {open && (
        <Answered query={query}>
          {(clue) => (clue.explanation ? <ExplanationView clue={line.id} explanation={clue.explanation} /> : <p className="quiet">{say(clue.unexplained) || t('unknown')}</p>)}
        </Answered>
      )}
    </div>
  )
}
