// The conditions of a model, each with its answer: the reasons of a hit, or what a near miss lacks.
import type { Schemas } from '../api/client'
import { useText } from '../i18n'
import { worded } from '../lib/worded'

/** `values`: what the conditions read, for the names by which people know it. */
export function ReasonList({ conditions, values }: { conditions: Schemas['Condition'][]; values: Schemas['Value'][] }) {
  return (
    <ul className="reasons">
      {conditions.map((condition, index) => (
        <li key={`${index} ${condition.text}`}>
          <Mark truth={condition.truth} />
          <ConditionText condition={condition} values={values} />
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

export function ConditionText({ condition, values = [] }: { condition: Schemas['Condition']; values?: Schemas['Value'][] }) {
  const { t, say } = useText()
  const signs = { and: t('sign_and'), or: t('sign_or'), not: t('sign_not'), known: t('sign_known'), unknown: t('sign_unknown') }
  const said = worded(condition.text, values, say, signs)
  const sides = condition.left !== null && condition.right !== null
  return (
    <div>
      {said !== null && <div>{said}</div>}
      <code className={said === null ? undefined : 'small quiet'}>{condition.text}</code>
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
