// The conditions of a model, each with its answer: the reasons of a hit, or what a near miss lacks.
import type { Schemas } from '../api/client'
import { useText } from '../i18n'

export function ReasonList({ conditions }: { conditions: Schemas['Condition'][] }) {
  return (
    <ul className="reasons">
      {conditions.map((condition, index) => (
        <li key={`${index} ${condition.text}`}>
          <Mark truth={condition.truth} />
          <ConditionText condition={condition} />
        </li>
      ))}
    </ul>
  )
}

export function Mark({ truth }: { truth: boolean | null }) {
  const { t } = useText()
  const word = truth === null ? t('truth_unknown') : t(truth ? 'truth_true' : 'truth_false')
  return (
    <span className={`mark ${truth === null ? 'open' : truth ? 'yes' : 'no'}`} role="img" aria-label={word} title={word}>
      <span aria-hidden="true">{truth === null ? '?' : truth ? '✓' : '✗'}</span>
    </span>
  )
}

export function ConditionText({ condition }: { condition: Schemas['Condition'] }) {
  const { t, say } = useText()
  const sides = condition.left !== null && condition.right !== null
  return (
    <div>
      <code>{condition.text}</code>
      {(sides || condition.distance !== null) && (
        <div className="small quiet">
          {sides && (
            <>
              <span className="strong">{say(condition.left)}</span> / {say(condition.right)}
            </>
          )}
          {condition.distance !== null && <> · {t('distance', { distance: say(condition.distance) })}</>}
        </div>
      )}
    </div>
  )
}
