// Lists: a semantic table on a desk, cards on a phone, keyset pages below.
import { Button } from 'antd'
import { type ReactNode, useEffect, useState } from 'react'

import { useText } from '../i18n'
import { grouped } from '../lib/numbers'
import { Empty, Failure, Loading } from './state'

export interface Column<Row> {
  key: string
  title: string
  cell: (row: Row) => ReactNode
  /** Number: to the right. */
  num?: boolean
  /** First line of the card on a phone, without a label. */
  lead?: boolean
  /** Left out on a phone. */
  off?: boolean
  /** On one line where there is room. */
  tight?: boolean
  width?: number | string
}

export function Table<Row>(props: { columns: Column<Row>[]; rows: Row[]; id: (row: Row) => string; caption: string; mark?: (row: Row) => boolean; className?: string }) {
  return (
    <table className={['grid', props.className].filter(Boolean).join(' ')}>
      <caption className="visually-hidden">{props.caption}</caption>
      <thead>
        <tr>
          {props.columns.map((column) => (
            <th key={column.key} scope="col" className={[column.num && 'num', column.off && 'off'].filter(Boolean).join(' ') || undefined} style={column.width ? { width: column.width } : undefined}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr key={props.id(row)} className={props.mark?.(row) ? 'marked' : undefined}>
            {props.columns.map((column) => (
              <td key={column.key} data-label={column.title} className={[column.num && 'num', column.lead && 'lead', column.off && 'off', column.tight && 'tight'].filter(Boolean).join(' ') || undefined}>
                {/* One box: on a phone the cell is a flex row of label and this. */}
                <div>{column.cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface Page<Row> {
  items: Row[]
  next: string | null
  total: number
}

interface PageQuery<Row> {
  data: Page<Row> | undefined
  error: unknown
  isPending: boolean
  isPlaceholderData?: boolean
  refetch: () => unknown
}

export const PAGE = 50

/** Where in a list the reader is: the keys of the pages walked through. Begins anew when `filters` change. */
export function usePages(filters: string) {
  const [at, setAt] = useState<{ filters: string; trail: string[] }>({ filters, trail: [] })
  const trail = at.filters === filters ? at.trail : []
  return {
    after: trail.at(-1),
    number: trail.length,
    forward: (key: string) => setAt({ filters, trail: [...trail, key] }),
    backward: () => setAt({ filters, trail: trail.slice(0, -1) }),
  }
}

export function KeysetTable<Row>(props: {
  query: PageQuery<Row>
  pages: ReturnType<typeof usePages>
  columns: Column<Row>[]
  id: (row: Row) => string
  caption: string
  empty: ReactNode
  mark?: (row: Row) => boolean
}) {
  const { t } = useText()
  const { query, pages } = props
  const number = pages.number
  useEffect(() => {
    if (number > 0) window.scrollTo({ top: 0 })
  }, [number])
  if (query.data === undefined) return query.error ? <Failure error={query.error} again={() => void query.refetch()} /> : <Loading />
  const { items, next, total } = query.data
  if (items.length === 0 && number === 0) return <Empty>{props.empty}</Empty>
  const from = number * PAGE + 1
  return (
    <div className={query.isPlaceholderData ? 'updating' : undefined} aria-busy={query.isPlaceholderData ?? false}>
      <Table columns={props.columns} rows={items} id={props.id} caption={props.caption} mark={props.mark} />
      <div className="pager">
        <span aria-live="polite">{t('page_range', { from: grouped(from), to: grouped(from + items.length - 1), total: grouped(total) })}</span>
        {(number > 0 || next !== null) && (
          <span className="end">
            <Button size="small" disabled={number === 0} onClick={pages.backward}>
              {t('previous')}
            </Button>
            <Button size="small" disabled={next === null} onClick={() => next !== null && pages.forward(next)}>
              {t('next')}
            </Button>
          </span>
        )}
      </div>
    </div>
  )
}
