// A titled part of a page, and the head of a page.
import { type ReactNode, useEffect, useId } from 'react'

import { useText } from '../i18n'

export function Panel(props: { title: ReactNode; note?: ReactNode; end?: ReactNode; flush?: boolean; look?: 'now' | 'alarm'; children: ReactNode; className?: string }) {
  const id = useId()
  return (
    <section className={['panel', props.look, props.className].filter(Boolean).join(' ')} aria-labelledby={id}>
      <header>
        <h2 id={id}>{props.title}</h2>
        {props.note && <p>{props.note}</p>}
        {props.end && <div className="end">{props.end}</div>}
      </header>
      <div className={props.flush ? 'body flush' : 'body'}>{props.children}</div>
    </section>
  )
}

export function Head(props: { title: string; above?: ReactNode; intro?: ReactNode; beside?: ReactNode; end?: ReactNode }) {
  const { t } = useText()
  useEffect(() => {
    document.title = `${props.title} · ${t('product')}`
  }, [props.title, t])
  return (
    <div className="head">
      <div>
        {props.above && <div className="crumbs">{props.above}</div>}
        <div className="row">
          <h1>{props.title}</h1>
          {props.beside}
        </div>
        {props.intro && <p>{props.intro}</p>}
      </div>
      {props.end && <div className="head-end">{props.end}</div>}
    </div>
  )
}
