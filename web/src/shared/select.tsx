// A plain select: the browser's own, so that keyboard, phone and screen reader work as their owner knows them.
import type { ReactNode } from 'react'

export interface Choice {
  value: string
  label: string
}

export function Select(props: {
  id?: string
  label?: string
  value: string
  choices: Choice[]
  blank?: string
  onChange: (value: string) => void
  invalid?: boolean
  describedBy?: string
}) {
  return (
    <select
      id={props.id}
      className="select"
      aria-label={props.label}
      aria-invalid={props.invalid || undefined}
      aria-describedby={props.describedBy}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    >
      {props.blank !== undefined && <option value="">{props.blank}</option>}
      {props.choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  )
}

/** A control of the filter row with its label above. */
export function Labelled({ label, children, className }: { label: string; children: ReactNode; className?: string }) {
  return (
    <label className={className}>
      {label}
      {children}
    </label>
  )
}
