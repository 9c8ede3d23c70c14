// How often clues of a model were founded, and its floor.
import type { Schemas } from '../../api/client'
import { useText } from '../../i18n'
import { percent } from '../../lib/numbers'
import { Tag } from '../../shared/words'

export function HitRate({ line }: { line: Schemas['ModelLine'] }) {
  const { t } = useText()
  if (line.hit_rate === null) return <span className="quiet small">{t('hit_rate_none')}</span>
  return (
    <div className="hit-rate">
      <span className="strong">{percent(line.hit_rate)}</span> <span className="small quiet">{t('hit_rate_of', { founded: line.founded, judged: line.judged })}</span>
      {line.floor !== null && <span className="small quiet"> · {t('hit_rate_floor', { floor: percent(line.floor) })}</span>}
      <div className={`bar ${line.flagged ? 'warn' : 'good'}`} aria-hidden="true">
        <i style={{ width: percent(line.hit_rate) }} />
      </div>
      {line.flagged && <Tag tone="bad">{t('hit_rate_flagged')}</Tag>}
    </div>
  )
}
