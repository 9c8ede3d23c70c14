// What happened, newest first.
import type { Schemas } from '../api/client'
import { useText } from '../i18n'
import { moment } from '../lib/numbers'
import { Shown, Tag } from './words'

export function Timeline({ lines }: { lines: Schemas['TimelineLine'][] }) {
  const { t, say } = useText()
  const newest = [...lines].sort((a, b) => b.position - a.position)
  return (
    <ol className="timeline">
      {newest.map((line) => (
        <li key={line.position} className={line.who === null ? 'soft' : undefined}>
          <div className="when">
            {/* What follows from a day's answers has no time of day. */}
            {line.at.includes('T00:00:00') ? line.on : moment(line.at)} · {line.who ?? t('by_system')}
            {line.role && say(line.role) !== line.who && <> · {say(line.role)}</>}
          </div>
          <div className="row" style={{ gap: 6 }}>
            <span className="strong">{say(line.title)}</span>
            {line.to && line.to.id !== line.from?.id && <Tag tone={line.to.final ? 'good' : 'plain'}>{say(line.to.title)}</Tag>}
          </div>
          {line.reason && <div className="said">{t('reason_given', { reason: line.reason })}</div>}
          {line.fields.length > 0 && (
            <div className="said quiet">
              {line.fields.map((field, index) => (
                <span key={field.name}>
                  {index > 0 && t('joint')}
                  {say(field.title)}
                  {t('colon')}
                  <Shown text={field.text} masked={field.masked} />
                </span>
              ))}
            </div>
          )}
        </li>
      ))}
    </ol>
  )
}
