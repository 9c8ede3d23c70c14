// One clue: why, on what rows, and what a person says to it.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { Link, useNavigate, useParams } from 'react-router'

import { client, commanding, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { useCommand } from '../../lib/command'
import { ExplanationView } from '../../shared/explanation'
import { ClueLines } from '../../shared/lines'
import { Head, Panel } from '../../shared/panel'
import { Answered, RefusedNotice } from '../../shared/state'
import { Timeline } from '../../shared/timeline'
import { ClueState, PlaceName, Severity, SubjectLink, Tag } from '../../shared/words'
import { SnoozeForm, VerdictForm } from './judge'

type Clue = Schemas['Clue']

export default function CluePage() {
  const id = useParams()['id'] ?? ''
  const query = useQuery({ queryKey: ['clue', id], queryFn: () => unwrap(client.GET('/api/clues/{id}', { params: { path: { id } } })) })
  return <Answered query={query}>{(clue) => <ClueView key={id} clue={clue} />}</Answered>
}

function ClueView({ clue }: { clue: Clue }) {
  const { t, say } = useText()
  const { line } = clue
  return (
    <>
      <Head
        title={say(line.model_title)}
        above={
          <>
            <Link to="/clues">{t('clues_title')}</Link> / {line.id}
          </>
        }
        beside={
          <>
            <Severity level={line.severity} />
            <ClueState line={line} />
          </>
        }
        intro={
          <>
            <SubjectLink subject={line.subject} /> · <PlaceName place={line.place} /> · {t('opened')} {line.raised ?? line.opened}
            {clue.points_to && (
              <>
                {' '}
                · <Link to={`/clues/${encodeURIComponent(clue.points_to)}`}>{t('continues', { id: clue.points_to })}</Link>
              </>
            )}
          </>
        }
      />
      <div className="split">
        <div>
          <Panel title={t('why_here')}>
            {clue.explanation ? <ExplanationView clue={line.id} explanation={clue.explanation} /> : <p className="quiet">{say(clue.unexplained) || t('unknown')}</p>}
          </Panel>
          {clue.others.length > 0 && (
            <Panel title={t('other_clues')} flush>
              <ClueLines lines={clue.others} caption={t('other_clues')} />
            </Panel>
          )}
        </div>
        <div>
          <Judge clue={clue} />
          <Panel title={t('history')}>
            <Timeline lines={clue.timeline} />
          </Panel>
        </div>
      </div>
    </>
  )
}

function Judge({ clue }: { clue: Clue }) {
  const { t, say } = useText()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { line } = clue
  const keep = (next: Clue) => {
    queries.setQueryData(['clue', line.id], next)
    void queries.invalidateQueries({ queryKey: ['clues'] })
    void queries.invalidateQueries({ queryKey: ['home'] })
  }
  const open = useCommand(
    (version: string, key) => unwrap(client.POST('/api/clues/{id}/case', { params: { path: { id: line.id }, header: commanding(version, key) } })),
    (opened) => {
      void queries.invalidateQueries()
      void message.success(t('in_case', { id: opened.line.id }))
      void navigate(`/cases/${encodeURIComponent(opened.line.id)}`)
    },
  )
  return (
    <Panel title={t('what_now')} look="now">
      <div className="stack">
        {line.case && <Link to={`/cases/${encodeURIComponent(line.case)}`}>{t('in_case', { id: line.case })}</Link>}
        {clue.given && (
          <div className="notice good">
            <p className="strong">
              {say(clue.given.title)} <Tag tone={clue.given.founded ? 'good' : 'plain'}>{t(clue.given.founded ? 'verdict_founded' : 'verdict_unfounded')}</Tag>
            </p>
            <p className="small">{t('verdict_given', { by: clue.given.by, on: clue.given.on })}</p>
            {clue.given.reason && <p>{clue.given.reason}</p>}
          </div>
        )}
        {clue.snooze && (
          <div className="notice warn">
            <p>{t('snoozed_by', { by: clue.snooze.by, on: clue.snooze.on, until: clue.snooze.until })}</p>
            <p>{clue.snooze.reason}</p>
          </div>
        )}
        {clue.may_open_case && (
          <div>
            <Button type="primary" block loading={open.isPending} onClick={() => open.mutate(clue.version)}>
              {line.opens ? `${t('open_case')}${t('colon')}${say(line.opens)}` : t('open_case')}
            </Button>
            <p className="small quiet">{t('open_case_hint')}</p>
          </div>
        )}
        <RefusedNotice error={open.error} />
        {clue.verdicts.length > 0 && <VerdictForm clue={clue} done={keep} />}
        {clue.may_snooze && <SnoozeForm clue={clue} done={keep} />}
        {!clue.may_open_case && !clue.may_snooze && clue.verdicts.length === 0 && !clue.given && <p className="quiet">{t('nothing_now')}</p>}
      </div>
    </Panel>
  )
}
