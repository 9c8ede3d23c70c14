// One field of a pack's form, by its type. Values are text, as the API has them.
import { Checkbox, Input, Radio } from 'antd'
import { useId } from 'react'

import type { Schemas } from '../api/client'
import { useText } from '../i18n'
import type { Fault } from '../lib/fields'
import { Select } from './select'

type Field = Schemas['Field']

const FEW = 4

export function FieldInput(props: { field: Field; value: string | null; fault?: Fault | string; onChange: (value: string | null) => void; note?: string; places?: (id: string) => React.ReactNode }) {
  const { t, say } = useText()
  const id = useId()
  const { field, fault } = props
  const value = props.value ?? ''
  const told = typeof fault === 'string' ? fault : fault ? t(fault.key, { ...fault }) : ''
  const describedBy = [field.help || props.note ? `${id}-help` : '', told ? `${id}-fault` : ''].filter(Boolean).join(' ') || undefined
  const change = (text: string) => props.onChange(text === '' ? null : text)
  const shared = { id, value, status: told ? ('error' as const) : undefined, 'aria-invalid': told ? true : undefined, 'aria-describedby': describedBy, 'aria-required': field.required || undefined }
  const options = (field.options ?? []).map((option) => ({ value: option.value, label: say(option.title) }))
  const grouped = !props.places && (field.type === 'bool' || field.type === 'choices' || (field.type === 'choice' && options.length <= FEW))

  const control = () => {
    if (props.places) return props.places(id)
    switch (field.type) {
      case 'long_text':
        return <Input.TextArea {...shared} autoSize={{ minRows: 3, maxRows: 10 }} onChange={(event) => change(event.target.value)} />
      case 'integer':
      case 'money':
        return (
          <Input
            {...shared}
            inputMode={field.type === 'money' ? 'decimal' : 'numeric'}
            suffix={say(field.unit) || undefined}
            onChange={(event) => change(event.target.value.trim())}
          />
        )
      case 'date':
        return <Input {...shared} type="date" min={field.min ?? undefined} max={field.max ?? undefined} onChange={(event) => change(event.target.value)} />
      case 'bool':
        return (
          <Radio.Group
            value={value || undefined}
            onChange={(event) => change(String(event.target.value))}
            options={[
              { value: 'true', label: t('yes') },
              { value: 'false', label: t('no') },
            ]}
          />
        )
      case 'choice':
        return options.length <= FEW ? (
          <Radio.Group value={value || undefined} onChange={(event) => change(String(event.target.value))} options={options} />
        ) : (
          <Select id={id} value={value} blank={t('choose')} choices={options} onChange={change} invalid={told !== ''} describedBy={describedBy} />
        )
      case 'choices':
        return <Checkbox.Group value={value.split(',').filter(Boolean)} onChange={(chosen) => change(chosen.join(','))} options={options} />
      default:
        return <Input {...shared} suffix={say(field.unit) || undefined} onChange={(event) => change(event.target.value)} />
    }
  }

  const label = say(field.title)
  const needed = field.required ? 'needed' : undefined
  const wide = field.type === 'long_text' || field.type === 'choices'
  const inner = (
    <>
      {grouped ? (
        <span className={`label ${needed ?? ''}`} id={`${id}-label`}>
          {label}
        </span>
      ) : (
        <label htmlFor={id} className={needed}>{label}</label>
      )}
      {control()}
      {(field.help || props.note) && (
        <div className="help" id={`${id}-help`}>
          {say(field.help)} {props.note}
        </div>
      )}
      {told && (
        <div className="fault" id={`${id}-fault`} role="alert">
          {told}
        </div>
      )}
    </>
  )
  return grouped ? (
    <div className={wide ? 'field wide' : 'field'} role="group" aria-labelledby={`${id}-label`}>
      {inner}
    </div>
  ) : (
    <div className={wide ? 'field wide' : 'field'}>{inner}</div>
  )
}
