// A trend in the size of a word. Days without a value leave a gap.
import type { Schemas } from '../../api/client'
import { useText } from '../../i18n'
import { segments } from './segments'

const WIDTH = 96
const HEIGHT = 26

export function Sparkline({ title, points }: { title: string; points: Schemas['TrendPoint'][] }) {
  const { t } = useText()
  const values = points.map((point) => (point.value === null ? null : Number(point.value)))
  const lines = segments(values, WIDTH, HEIGHT)
  const known = points.filter((point) => point.value !== null)
  const [first, last] = [known[0], known.at(-1)]
  if (!first || !last || known.length < 2) return <span className="small quiet">{t('no_trend')}</span>
  const label = t('trend_of', { title, from: first.on, to: last.on, first: first.value ?? '', last: last.value ?? '' })
  const end = lines.at(-1)?.split(' ').at(-1)?.split(',')
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <title>{label}</title>
      {lines.map((line) => (
        <polyline key={line} points={line} fill="none" stroke="#3d6d98" strokeWidth="1.5" strokeLinejoin="round" />
      ))}
      {end && <circle cx={end[0]} cy={end[1]} r="2.4" fill="#1f4b73" />}
    </svg>
  )
}
