// A form that asks only for changes: what is known already is shown to be checked, and typed only where it has changed.
import { Button } from 'antd'

import type { Schemas } from '../api/client'
import { useText } from '../i18n'
import { current, type Fault, isMasked, isPrefilled, shown, type Values } from '../lib/fields'
import { FieldInput } from './field-input'
import { Shown } from './words'

type Field = Schemas['Field']

/** Stands for a value that is known and not shown. */
const HIDDEN = { zh: '***', en: '***' }

export function FieldForm(props: { fields: Field[]; values: Values; faults: Record<string, Fault | string>; onChange: (name: string, value: string | null | undefined) => void }) {
  const { t, say } = useText()
  const known = props.fields.filter(isPrefilled)
  const asked = props.fields.filter((field) => !isPrefilled(field))
  const words = { yes: t('yes'), no: t('no'), none: t('none') }
  return (
    <>
      {known.length > 0 && (
        <div className="known">
          <p>{t('prefilled')}</p>
          {known.map((field) => {
            const typed = field.name in props.values
            const fault = props.faults[field.name]
            return (
              <div key={field.name} className={typed ? 'known-row changed' : 'known-row'}>
                {!typed && <span className="name">{say(field.title)}</span>}
                {typed ? (
                  <FieldInput
                    field={field}
                    value={current(field, props.values)}
                    fault={fault}
                    onChange={(value) => props.onChange(field.name, value)}
                    note={isMasked(field) ? undefined : t('was', { value: shown(field, field.value, say, words) })}
                  />
                ) : (
                  <span>
                    {isMasked(field) ? <Shown text={HIDDEN} masked /> : shown(field, field.value, say, words)}
                    {field.source && <span className="small quiet"> · {say(field.source)}</span>}
                    {fault && (
                      <span className="small" role="alert" style={{ color: 'var(--bad)' }}>
                        {' '}
                        {typeof fault === 'string' ? fault : t(fault.key, { ...fault })}
                      </span>
                    )}
                  </span>
                )}
                <Button
                  size="small"
                  aria-label={`${t(typed ? 'keep' : 'change')} ${say(field.title)}`}
                  onClick={() => props.onChange(field.name, typed ? undefined : (field.value ?? ''))}
                >
                  {t(typed ? 'keep' : 'change')}
                </Button>
              </div>
            )
          })}
        </div>
      )}
      {asked.length > 0 && (
        <div className="asked">
          {asked.map((field) => (
            <FieldInput
              key={field.name}
              field={field}
              value={current(field, props.values)}
              fault={props.faults[field.name]}
              onChange={(value) => props.onChange(field.name, value === null ? undefined : value)}
            />
          ))}
        </div>
      )}
    </>
  )
}
