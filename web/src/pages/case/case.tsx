// One case: what can be done now, on what evidence, and how it came here.
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { CaseLines } from '../../shared/lines'
import { Head, Panel } from '../../shared/panel'
import { Answered } from '../../shared/state'
import { Timeline } from '../../shared/timeline'
import { ClockBadge, Pairs, PlaceName, SubjectLink, Tag } from '../../shared/words'
import { Evidence } from './evidence'
import { Consents, Measures, PlanPanel, Publication, Visits } from './help'
import { MaskedPanel } from './masked'
import { Now } from './now'
import { Way } from './way'

export default function CasePage() {
  const id = useParams()['id'] ?? ''
  const query = useQuery({ queryKey: ['case', id], queryFn: () => unwrap(client.GET('/api/cases/{id}', { params: { path: { id } } })) })
  return <Answered query={query}>{(found) => <CaseView key={id} found={found} />}</Answered>
}

function CaseView({ found }: { found: Schemas['Case'] }) {
  const { t, say } = useText()
  const { line } = found
  const reported = new Set(found.report.map((value) => value.name))
  return (
    <>
      <Head
        title={say(line.workflow_title)}
        above={
          <>
            <Link to="/cases">{t('cases_title')}</Link> / {line.id}
          </>
        }
        beside={
          <>
            <Tag tone={line.state.final ? 'good' : 'primary'}>{say(line.state.title)}</Tag>
            {line.green && <Tag tone="good">{t('green_channel')}</Tag>}
          </>
        }
        intro={
          <>
            <SubjectLink subject={line.subject} /> · <PlaceName place={line.place} /> · {say(line.source)} · {t('opened')} {line.opened}
          </>
        }
      />
      <div className="split">
        <div>
          <Now found={found} />
          <MaskedPanel id={line.id} title={t('reported')} values={found.report} />
          <Evidence clues={found.clues} />
          {found.facts.length > 0 && (
            <Panel title={t('known_facts')} note={t('known_facts_intro')}>
              <Pairs values={found.facts} />
            </Panel>
          )}
          <MaskedPanel id={line.id} title={t('filled_so_far')} values={found.known.filter((value) => !reported.has(value.name))} />
          <PlanPanel plan={found.plan} />
          <Measures measures={found.measures} />
          <Visits visits={found.visits} />
          <Consents consents={found.consents} />
          {found.publication && <Publication id={line.id} />}
          {found.others.length > 0 && (
            <Panel title={t('other_cases')} flush>
              <CaseLines lines={found.others} caption={t('other_cases')} />
            </Panel>
          )}
        </div>
        <div>
          <Clocks found={found} />
          <Way found={found} />
          <Panel title={t('timeline')}>
            <Timeline lines={found.timeline} />
          </Panel>
        </div>
      </div>
    </>
  )
}

function Clocks({ found }: { found: Schemas['Case'] }) {
  const { t, say } = useText()
  const { clock, overall, closed } = found.line
  if (closed || (!clock && !overall)) return null
  return (
    <Panel title={t('clock')}>
      <dl className="stack">
        {[clock, overall].map(
          (each, index) =>
            each && (
              <div key={index}>
                <dt className="small quiet">{say(each.title)}</dt>
                <dd>
                  <ClockBadge clock={each} full />
                </dd>
              </div>
            ),
        )}
      </dl>
    </Panel>
  )
}
