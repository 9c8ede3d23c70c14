// Why a clue was raised: the sentence, the conditions, the values, and the rows of files behind each value.
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'

import { client, type Schemas, unwrap } from '../api/client'
import { useText } from '../i18n'
import { grouped } from '../lib/numbers'
import { ReasonList } from './reasons'
import { Answered } from './state'
import { Shown } from './words'

type Explanation = Schemas['Explanation']

export function ExplanationView({ clue, explanation }: { clue: string; explanation: Explanation }) {
  const { t, say } = useText()
  return (
    <div className="stack">
      <p className="sentence">{say(explanation.sentence)}</p>
      {explanation.reasons.length > 0 && (
        <div className="notice warn">
          <p className="strong">{t('undetermined_why')}</p>
          <ul>
            {explanation.reasons.map((reason, index) => (
              <li key={index}>{say(reason)}</li>
            ))}
          </ul>
        </div>
      )}
      <div>
        <h3>{t('reasons')}</h3>
        <ReasonList conditions={explanation.conditions} values={explanation.values} />
      </div>
      <div>
        <h3>
          {t('values')} <span className="small quiet">{t('values_intro')}</span>
        </h3>
        <ul className="values">
          {explanation.values.map((value) => (
            <ValueRow key={value.name} clue={clue} value={value} />
          ))}
        </ul>
      </div>
      {explanation.population.length > 0 && (
        <details>
          <summary>{t('population')}</summary>
          <ReasonList conditions={explanation.population} values={explanation.values} />
        </details>
      )}
      <p className="small quiet">
        {t('basis')}{t('colon')}{explanation.basis} · {t('as_of', { day: explanation.as_of })} · {t('known_by', { day: explanation.known_by })}
      </p>
    </div>
  )
}

function ValueRow({ clue, value }: { clue: string; value: Schemas['Value'] }) {
  const { t, say } = useText()
  const [open, setOpen] = useState(false)
  return (
    <li>
      <div className="value-row">
        <span className="name">{say(value.title)}</span>
        <span>
          <Shown text={value.text} masked={value.masked} covered={value.covered} />
          {value.remarks.map((remark, index) => (
            <span key={index} className="small quiet">
              {' '}
              · {say(remark)}
            </span>
          ))}
          {value.reasons.length > 0 && <span className="small quiet"> {value.reasons.map((reason) => say(reason)).join(t('joint'))}</span>}
        </span>
        {value.rows > 0 && (
          <Button size="small" type="link" aria-expanded={open} onClick={() => setOpen(!open)} aria-label={`${say(value.title)} ${t('source_rows_n', { n: value.rows })}`}>
            {open ? t('hide') : t('source_rows_n', { n: grouped(value.rows) })}
          </Button>
        )}
      </div>
      {open && <Rows clue={clue} value={value.name} />}
    </li>
  )
}

function Rows({ clue, value }: { clue: string; value: string }) {
  const { t, say } = useText()
  const query = useQuery({
    queryKey: ['rows', clue, value],
    queryFn: () => unwrap(client.GET('/api/clues/{id}/rows', { params: { path: { id: clue }, query: { value } } })),
  })
  return (
    <Answered query={query}>
      {(found) => (
        <div className="source-rows">
          {found.rows.map((row) => (
            <div key={`${row.delivery} ${row.row}`} className="source-row">
              <p className="small">
                <span className="strong">{row.file_name}</span> {t('row_n', { n: row.row })}{' '}
                <span className="quiet">
                  · {say(row.feed_title)} · {t('received_on', { day: row.received })} · <code title={row.delivery}>{row.delivery.slice(0, 12)}</code>
                </span>
              </p>
              {row.cells.length > 0 && <dl className="cells">
                {row.cells.map((cell) => (
                  <div key={cell.name}>
                    <dt>{say(cell.title)}</dt>
                    <dd>
                      <Shown text={cell.text} masked={cell.masked} />
                    </dd>
                  </div>
                ))}
              </dl>}
            </div>
          ))}
          {found.more && <p className="small quiet">{t('source_rows_more', { n: found.rows.length })}</p>}
        </div>
      )}
    </Answered>
  )
}
