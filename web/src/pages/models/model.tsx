// One model: what it means, on what basis, what it found, and what would happen if a line moved.
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { Link, useParams } from 'react-router'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { grouped } from '../../lib/numbers'
import { NearMisses } from '../../shared/near-misses'
import { Head, Panel } from '../../shared/panel'
import { Answered, Loading } from '../../shared/state'
import { Table } from '../../shared/table'
import { Severity, Tag } from '../../shared/words'
import { useMay } from '../../shell/session'
import { HitRate } from './hit-rate'
import { TryLine } from './try-line'

// The chart library is large and only wanted here.
const History = lazy(() => import('./history'))

export default function ModelPage() {
  const id = useParams()['id'] ?? ''
  const query = useQuery({ queryKey: ['model', id], queryFn: () => unwrap(client.GET('/api/models/{id}', { params: { path: { id } } })) })
  return <Answered query={query}>{(model) => <ModelView key={id} model={model} />}</Answered>
}

function ModelView({ model }: { model: Schemas['Model'] }) {
  const { t, say } = useText()
  const may = useMay()
  const { line } = model
  return (
    <>
      <Head
        title={say(line.title)}
        above={
          <>
            <Link to="/models">{t('models_title')}</Link> / {line.id}
          </>
        }
        beside={
          <>
            {line.shadow && <Tag>{t('shadow')}</Tag>}
            {line.kind === 'data_quality' && <Tag>{t('data_quality')}</Tag>}
          </>
        }
        intro={
          <>
            {line.pack} · {say(line.subject_title)} · {t('basis')}{t('colon')}{line.basis}
          </>
        }
      />
      <div className="counts">
        <div>
          <b>{line.hits === null ? '–' : grouped(line.hits)}</b>
          <span>{t('hits')}</span>
        </div>
        <div>
          <b>{line.undetermined === null ? '–' : grouped(line.undetermined)}</b>
          <span>{t('undetermined')}</span>
        </div>
        <Link to={`/clues?model=${encodeURIComponent(line.id)}&state=open`}>
          <b>{grouped(line.open_clues)}</b>
          <span>{t('open_clues')}</span>
        </Link>
        <div>
          <span>{t('hit_rate')}</span>
          <HitRate line={line} />
        </div>
      </div>
      {may('what_if') && <TryLine model={model} />}
      <Definition model={model} />
      {model.history.length > 0 && (
        <Panel title={t('model_history')}>
          <Suspense fallback={<Loading />}>
            <History runs={model.history} />
          </Suspense>
        </Panel>
      )}
      {may('near') && <NearMisses model={line.id} />}
    </>
  )
}

function Definition({ model }: { model: Schemas['Model'] }) {
  const { t, say } = useText()
  return (
    <>
      <Panel title={t('model_definition')}>
        <dl className="pairs one">
          <div className="wide">
            <dt>{t('model_population')}</dt>
            <dd>
              <code>{model.population}</code>
            </dd>
          </div>
          <div className="wide">
            <dt>{t('model_when')}</dt>
            <dd>
              <code>{model.when}</code>
            </dd>
          </div>
          <div className="wide">
            <dt>{t('model_severity')}</dt>
            <dd className="stack-tight">
              {model.severity.map((severity) => (
                <div key={severity.level} className="row">
                  <Severity level={severity.level} />
                  {severity.when === null ? <span className="quiet">{t('model_otherwise')}</span> : <code>{severity.when}</code>}
                </div>
              ))}
            </dd>
          </div>
          <div className="wide">
            <dt>{t('model_explain')}</dt>
            <dd>{say(model.explain)}</dd>
          </div>
          <div>
            <dt>{t('model_opens')}</dt>
            <dd>{model.opens ? say(model.opens) : t('none')}</dd>
          </div>
          <div>
            <dt>{t('clue_state_quiet')}</dt>
            <dd>{t('model_quiet', { n: model.quiet_days })}</dd>
          </div>
        </dl>
      </Panel>
      {model.parameters.length > 0 && (
        <Panel title={t('parameters')} flush>
          <Table
            caption={t('parameters')}
            rows={model.parameters}
            id={(parameter) => parameter.name}
            columns={[
              {
                key: 'name',
                title: t('parameter'),
                lead: true,
                cell: (parameter) => (
                  <>
                    {say(parameter.title)} <code className="quiet">:{parameter.name}</code>
                  </>
                ),
              },
              {
                key: 'values',
                title: t('in_force'),
                cell: (parameter) =>
                  parameter.values.map((value) => (
                    <div key={`${value.place.code} ${value.from}`}>
                      {value.place.name} <span className="strong">{grouped(value.value)}</span> {say(parameter.unit)}{' '}
                      {value.from && <span className="small quiet nowrap">{t('parameter_from', { day: value.from })}</span>}
                    </div>
                  )),
              },
              { key: 'basis', title: t('basis'), cell: (parameter) => parameter.basis },
            ]}
          />
        </Panel>
      )}
      <Panel title={t('model_reads')} flush>
        <Table
          caption={t('model_reads')}
          rows={model.reads}
          id={(read) => read.name}
          columns={[
            {
              key: 'name',
              title: t('values'),
              lead: true,
              cell: (read) => (
                <>
                  {say(read.title)} <code className="quiet">{read.name}</code>
                </>
              ),
            },
            { key: 'definition', title: t('model_definition'), cell: (read) => (read.definition ? <code>{read.definition}</code> : '–') },
            { key: 'feeds', title: t('model_feeds'), cell: (read) => read.feeds.map((feed) => say(feed.title)).join(t('joint')) || '–' },
          ]}
        />
      </Panel>
    </>
  )
}
