// The systems of the folder: target, actual, trend, and an honest state; every number opens to its list.
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { grouped, reached } from '../../lib/numbers'
import { Head, Panel } from '../../shared/panel'
import { Answered, Empty } from '../../shared/state'
import { Tag, useWord } from '../../shared/words'
import { Sparkline } from './sparkline'

const tones = { works: 'good', partly: 'warn', not_yet: 'plain' } as const

export default function HomePage() {
  const { t } = useText()
  const query = useQuery({ queryKey: ['home'], queryFn: () => unwrap(client.GET('/api/home')) })
  return (
    <>
      <Head title={t('home_title')} intro={t('home_intro')} end={query.data && <span className="quiet small">{t('today', { day: query.data.day })}</span>} />
      <Answered query={query}>
        {(home) => (
          <>
            <Counts mine={home.mine} />
            {home.systems.length === 0 && <Empty>{t('home_empty')}</Empty>}
            <div className="two">
              {home.systems.map((system) => (
                <SystemPanel key={system.id} system={system} />
              ))}
            </div>
          </>
        )}
      </Answered>
    </>
  )
}

function Counts({ mine }: { mine: Schemas['WorkCounts'] }) {
  const { t } = useText()
  return (
    <nav className="counts" aria-label={t('home_mine')}>
      <Link to="/tasks">
        <b>{grouped(mine.my_tasks)}</b>
        <span>{t('my_tasks')}</span>
      </Link>
      <Link to="/tasks?overdue=true" className={mine.overdue > 0 ? 'alarm' : undefined}>
        <b>{grouped(mine.overdue)}</b>
        <span>{t('overdue')}</span>
      </Link>
      <Link to="/clues?state=open">
        <b>{grouped(mine.open_clues)}</b>
        <span>{t('open_clues')}</span>
      </Link>
      <Link to="/cases?open=true">
        <b>{grouped(mine.open_cases)}</b>
        <span>{t('open_cases')}</span>
      </Link>
    </nav>
  )
}

function SystemPanel({ system }: { system: Schemas['System'] }) {
  const { t, say } = useText()
  const word = useWord()
  return (
    <Panel
      title={
        <>
          {system.id !== system.pack && <span className="quiet">{system.id} </span>}
          {say(system.title)}
        </>
      }
      end={<Tag tone={tones[system.state]}>{word('system_state', system.state)}</Tag>}
      note={
        <span className="row" style={{ gap: 10 }}>
          <Link to={`/clues?pack=${encodeURIComponent(system.pack)}&state=open`}>
            {t('open_clues')} {grouped(system.open_clues)}
          </Link>
          <Link to={`/cases?pack=${encodeURIComponent(system.pack)}&open=true`}>
            {t('open_cases')} {grouped(system.open_cases)}
          </Link>
        </span>
      }
      flush
    >
      {system.why && <p className="small quiet system-why">{say(system.why)}</p>}
      {system.indicators.length === 0 && !system.why && <p className="small quiet system-why">{t('no_indicators')}</p>}
      {system.indicators.map((indicator) => (
        <IndicatorRow key={`${indicator.id} ${indicator.place.code}`} indicator={indicator} />
      ))}
    </Panel>
  )
}

function IndicatorRow({ indicator }: { indicator: Schemas['Indicator'] }) {
  const { t, say } = useText()
  const share = reached(indicator.actual, indicator.target, indicator.state)
  const unit = indicator.unit ? ` ${say(indicator.unit)}` : ''
  const actual = indicator.actual === null ? <span className="quiet">{t('unknown')}</span> : <b>{grouped(indicator.actual)}</b>
  const sign = indicator.better === 'lower' ? '≤ ' : indicator.better === 'higher' ? '≥ ' : ''
  const tone = indicator.state === 'met' ? 'good' : indicator.state === 'behind' ? 'warn' : 'plain'
  return (
    <div className="indicator">
      <div>
        <div>
          {say(indicator.title)} <span className="small quiet">{indicator.place.name}</span>
        </div>
        <div className="small quiet">
          {indicator.target === null ? t('no_target') : `${t('target')} ${sign}${grouped(indicator.target)}${unit}`}
          {indicator.state !== 'no_target' && (
            <>
              {' '}
              · <span className={`tone-${tone}`}>{t(`indicator_${indicator.state}`)}</span>
            </>
          )}
          {indicator.why && <> · {say(indicator.why)}</>}
        </div>
        {share !== null && (
          <div className={`bar ${tone}`} style={{ marginTop: 4, maxWidth: 260 }} aria-hidden="true">
            <i style={{ width: `${share * 100}%` }} />
          </div>
        )}
      </div>
      <div className="value">
        {indicator.opens && indicator.actual !== null ? (
          <Link to={indicator.opens} aria-label={`${say(indicator.title)} ${indicator.actual}${unit}`}>
            {actual}
          </Link>
        ) : (
          actual
        )}
        {indicator.actual !== null && indicator.unit && <span className="small quiet"> {say(indicator.unit)}</span>}
      </div>
      <div className="trend">
        {indicator.actual !== null && <Sparkline title={say(indicator.title)} points={indicator.trend} />}
      </div>
    </div>
  )
}
