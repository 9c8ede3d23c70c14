// The slider: who would enter and who would leave if a line moved, by place and as visits a week. Changes nothing.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Slider } from 'antd'
import { useEffect, useState } from 'react'

import { client, type Schemas, unwrap, writing } from '../../api/client'
import { useText } from '../../i18n'
import { grouped } from '../../lib/numbers'
import { Panel } from '../../shared/panel'
import { Select } from '../../shared/select'
import { Failure, Loading } from '../../shared/state'
import { Table } from '../../shared/table'
import { SubjectLink } from '../../shared/words'
import { movesByPlace, type PlaceMoves, weekly } from './moves'

type Parameter = Schemas['ParameterLine']

const PAUSE = 60

export function TryLine({ model }: { model: Schemas['Model'] }) {
  const { t, say } = useText()
  const lines = model.parameters.filter((parameter) => parameter.slider !== null)
  const [name, setName] = useState(lines[0]?.name ?? '')
  const parameter = lines.find((line) => line.name === name) ?? lines[0]
  if (!parameter) {
    return (
      <Panel title={t('try_line')}>
        <p className="quiet">{t('try_none')}</p>
      </Panel>
    )
  }
  return (
    <Panel
      title={t('try_line')}
      note={t('try_intro')}
      end={lines.length > 1 && <Select label={t('parameter')} value={parameter.name} choices={lines.map((line) => ({ value: line.name, label: say(line.title) }))} onChange={setName} />}
    >
      <Tried key={parameter.name} model={model} parameter={parameter} />
    </Panel>
  )
}

function Tried({ model, parameter }: { model: Schemas['Model']; parameter: Parameter }) {
  const { t, say } = useText()
  const slider = parameter.slider
  const inForce = Number(slider?.value ?? 0)
  const [value, setValue] = useState(inForce)
  const [asked, setAsked] = useState(inForce)
  const [level, setLevel] = useState('')
  const [weeks, setWeeks] = useState(4)
  // Without a level the server takes the one on which most of them live. Asks while one drags, but not more often than the eye follows.
  useEffect(() => {
    const timer = setTimeout(() => setAsked(value), PAUSE)
    return () => clearTimeout(timer)
  }, [value])
  const query = useQuery({
    queryKey: ['what-if', model.line.id, parameter.name, asked, level, weeks],
    queryFn: ({ signal }) =>
      unwrap(
        client.POST('/api/models/{id}/what-if', {
          params: { path: { id: model.line.id }, header: writing() },
          body: { set: { [parameter.name]: String(asked) }, level: level || null, weeks },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  if (!slider) return null
  const [min, max, step] = [Number(slider.min), Number(slider.max), Number(slider.step)]
  const label = `${say(parameter.title)}${parameter.unit ? ` (${say(parameter.unit)})` : ''}`
  return (
    <>
      <div className="try-head">
        <div>
          <span className="quiet">{say(parameter.title)}</span> <b className="try-value">{grouped(value)}</b> <span className="quiet">{say(parameter.unit)}</span>{' '}
          <span className="small quiet">
            {t('in_force')} {grouped(inForce)}
          </span>
        </div>
        <div className="row">
          {model.levels.length > 1 && (
            <label className="row small quiet">
              {t('try_level')}
              <Select value={level || (query.data?.level ?? '')} choices={model.levels.map((option) => ({ value: option.value, label: say(option.title) }))} onChange={setLevel} />
            </label>
          )}
          <label className="row small quiet">
            {t('try_weeks')}
            <Select value={String(weeks)} choices={[1, 2, 4, 8, 12].map((each) => ({ value: String(each), label: String(each) }))} onChange={(each) => setWeeks(Number(each))} />
          </label>
          <Button size="small" disabled={value === inForce} onClick={() => setValue(inForce)}>
            {t('try_reset')}
          </Button>
        </div>
      </div>
      <div className="try-slide">
      <Slider
        min={min}
        max={max}
        step={step}
        value={value}
        onChange={setValue}
        ariaLabelForHandle={label}
        ariaValueTextFormatterForHandle={(each) => `${grouped(each)} ${say(parameter.unit)}`}
        marks={{ [min]: grouped(slider.min), [inForce]: { label: <span className="quiet">▲</span> }, [max]: { label: <span className="nowrap">{grouped(slider.max)}</span> } }}
        tooltip={{ open: false }}
      />
      </div>
      {query.data ? <Answer answer={query.data} busy={query.isPlaceholderData} /> : query.error ? <Failure error={query.error} again={() => void query.refetch()} /> : <Loading />}
    </>
  )
}

function Answer({ answer, busy }: { answer: Schemas['WhatIf']; busy: boolean }) {
  const { t, say } = useText()
  const lines = movesByPlace(answer)
  const most = Math.max(1, ...lines.map((line) => line.stay + line.enter + line.leave))
  const visits = answer.visits
  return (
    <div aria-live="polite" aria-busy={busy}>
      <dl className="try-numbers">
        <div>
          <dt>{t('try_before')}</dt>
          <dd>{grouped(answer.before.hit)}</dd>
        </div>
        <div>
          <dt>{t('try_after')}</dt>
          <dd>{grouped(answer.after.hit)}</dd>
        </div>
        <div>
          <dt>{t('enters')}</dt>
          <dd className={answer.enter > 0 ? 'tone-warn' : undefined}>+{grouped(answer.enter)}</dd>
        </div>
        <div>
          <dt>{t('leaves')}</dt>
          <dd>−{grouped(answer.leave)}</dd>
        </div>
      </dl>
      <p className="small quiet">
        {visits && (
          <>
            {t('try_visits', { kind: say(visits.kind_title), count: grouped(visits.count), weeks: visits.weeks })}
            {visits.unlinked > 0 && <> · {t('try_unlinked', { n: visits.unlinked })}</>} ·{' '}
          </>
        )}
        {t('try_ms', { ms: answer.milliseconds.toFixed(1) })}
      </p>
      {answer.enter + answer.leave === 0 && <p className="quiet">{t('try_no_change')}</p>}
      {lines.length > 0 && (
        <Table<PlaceMoves>
          className="moves"
          caption={t('try_line')}
          rows={lines}
          id={(line) => line.place?.code ?? ''}
          columns={[
            { key: 'place', title: t('place'), lead: true, cell: (line) => (line.place ? line.place.name : t('elsewhere')) },
            {
              key: 'bar',
              title: t('hits'),
              off: true,
              width: '30%',
              cell: (line) => (
                <div className="bar" aria-hidden="true">
                  <span className="stay" style={{ width: `${(line.stay / most) * 100}%` }} />
                  <span className="in" style={{ width: `${(line.enter / most) * 100}%` }} />
                  <span className="out" style={{ width: `${(line.leave / most) * 100}%` }} />
                </div>
              ),
            },
            { key: 'stay', title: t('stays'), num: true, cell: (line) => grouped(line.stay) },
            { key: 'enter', title: t('enters'), num: true, cell: (line) => (line.enter > 0 ? <b className="tone-warn">+{grouped(line.enter)}</b> : '0') },
            { key: 'leave', title: t('leaves'), num: true, cell: (line) => (line.leave > 0 ? `−${grouped(line.leave)}` : '0') },
            { key: 'week', title: t('per_week'), num: true, cell: (line) => <b>{weekly(line.perWeek)}</b> },
          ]}
        />
      )}
      <div className="two lists">
        <Movers title={t('try_entering')} subjects={answer.entering} all={answer.enter} />
        <Movers title={t('try_leaving')} subjects={answer.leaving} all={answer.leave} />
      </div>
    </div>
  )
}

function Movers({ title, subjects, all }: { title: string; subjects: Schemas['SubjectLine'][]; all: number }) {
  const { t } = useText()
  if (subjects.length === 0) return null
  return (
    <details>
      <summary>
        {title} {grouped(all)}
        {subjects.length < all && <span className="small quiet"> · {t('try_first', { n: subjects.length })}</span>}
      </summary>
      <ul className="movers">
        {subjects.map((subject) => (
          <li key={subject.ref}>
            <SubjectLink subject={subject} />
          </li>
        ))}
      </ul>
    </details>
  )
}
