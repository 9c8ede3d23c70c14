// Small pieces that say one thing: a clock, a masked value, a state, a subject, a severity.
import { LockOutlined } from '@ant-design/icons'
import type { ReactNode } from 'react'
import { Link } from 'react-router'

import type { Pair, Schemas } from '../api/client'
import { type Key, useText } from '../i18n'
import { zh } from '../i18n/zh'

type Tone = 'good' | 'warn' | 'bad' | 'primary' | 'plain'

export function Tag({ tone = 'plain', children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span className={tone === 'plain' ? 'tag' : `tag ${tone}`} title={title}>
      {children}
    </span>
  )
}

/** How long is left, in the clock's own unit; the colour only repeats the words. */
export function ClockBadge({ clock, full = false }: { clock: Schemas['Clock'] | null; full?: boolean }) {
  const { t, say } = useText()
  if (!clock) return null
  const left = clock.days_left
  const working = clock.unit === 'working'
  let words = t('clock_no_date')
  if (clock.state === 'met') words = t('clock_met')
  else if (clock.state === 'missed') words = t('clock_missed')
  else if (left !== null && left > 0) words = t(working ? 'clock_left_working' : 'clock_left_calendar', { n: left })
  else if (left === 0) words = t('clock_today')
  else if (left !== null) words = t(working ? 'clock_over_working' : 'clock_over_calendar', { n: -left })
  const detail = t('clock_detail', { since: clock.since, days: clock.days, unit: t(working ? 'unit_working' : 'unit_calendar') })
  return (
    <span>
      <span className={`clock ${clock.state}`} title={`${say(clock.title)} · ${detail}`}>
        <span className="dot" aria-hidden="true" />
        <b>{words}</b>
      </span>
      {full && (
        <span className="small quiet block">
          {clock.due ? t('clock_due', { due: clock.due }) : say(clock.why)} · {detail}
        </span>
      )}
    </span>
  )
}

/** A value as the viewer may see it; a masked one says so. */
export function Shown({ text: pair, masked = false, covered = true }: { text: Pair | null; masked?: boolean; covered?: boolean }) {
  const { t, say } = useText()
  const text = say(pair)
  if (!covered) return <span className="quiet">{text || t('not_covered')}</span>
  if (text === '') return <span className="quiet">{t('none')}</span>
  if (!masked) return <>{text}</>
  return (
    <span className="masked" title={t('masked')}>
      {text} <LockOutlined aria-label={t('masked')} style={{ fontSize: 11 }} />
    </span>
  )
}

/** A subject by its masked label, leading to its page. */
export function SubjectLink({ subject, plain = false }: { subject: Schemas['SubjectLine'] | null; plain?: boolean }) {
  const { t, say } = useText()
  if (!subject) return <span className="quiet">{t('erased')}</span>
  const label = subject.erased ? t('erased') : subject.label
  return (
    <span>
      {plain || subject.erased ? label : <Link to={`/subject/${encodeURIComponent(subject.kind)}/${encodeURIComponent(subject.ref)}`}>{label}</Link>}{' '}
      <span className="quiet small nowrap">{say(subject.kind_title)}</span>
    </span>
  )
}

export function PlaceName({ place }: { place: Schemas['Place'] | null }) {
  const { t } = useText()
  return place ? <span title={place.code}>{place.name}</span> : <span className="quiet">{t('elsewhere')}</span>
}

/** A word of the pages by a computed key, or the code itself where there is none. */
export function useWord(): (prefix: string, code: string) => string {
  const { t } = useText()
  return (prefix, code) => {
    const key = `${prefix}_${code}`
    return key in zh ? t(key as Key) : code
  }
}

const clueTones: Record<Schemas['ClueLine']['state'], Tone> = {
  open: 'primary',
  unconfirmed: 'warn',
  quiet: 'plain',
  judged: 'good',
  ended: 'plain',
  merged: 'plain',
}

export function ClueState({ line }: { line: Schemas['ClueLine'] }) {
  const { t, say } = useText()
  const word = useWord()
  return (
    <span className="row" style={{ gap: 4 }}>
      <Tag tone={clueTones[line.state]}>{word('clue_state', line.state)}</Tag>
      {line.verdict && <Tag>{say(line.verdict)}</Tag>}
      {line.snoozed_until && <Tag tone="warn">{t('snoozed_until', { day: line.snoozed_until })}</Tag>}
    </span>
  )
}

export function Severity({ level, unsure = false }: { level: string | null; unsure?: boolean }) {
  const { t } = useText()
  const word = useWord()
  if (!level) return <span className="quiet">–</span>
  const tone: Tone = level === 'high' ? 'bad' : level === 'medium' ? 'warn' : 'plain'
  return (
    <span className="row" style={{ gap: 4 }}>
      <Tag tone={tone}>{word('severity', level)}</Tag>
      {unsure && <span className="small quiet">{t('severity_unsure')}</span>}
    </span>
  )
}

/** Labels and values, side by side. */
export function Pairs({ values }: { values: Schemas['FieldValue'][] }) {
  const { say } = useText()
  return (
    <dl className="pairs">
      {values.map((value) => (
        <div key={value.name} className={say(value.text).length > 40 ? 'wide' : undefined}>
          <dt>{say(value.title)}</dt>
          <dd>
            <Shown text={value.text} masked={value.masked} />
            {value.source && <span className="small quiet"> · {say(value.source)}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
