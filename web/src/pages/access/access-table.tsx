// Who looked, when, why: of one subject, or of all in scope.
import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { client, type Schemas, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { moment } from '../../lib/numbers'
import { Panel } from '../../shared/panel'
import { type Column, KeysetTable, PAGE, usePages } from '../../shared/table'
import { SubjectLink } from '../../shared/words'

type AccessLine = Schemas['AccessLine']

export function AccessTable({ of }: { of?: Schemas['SubjectLine'] }) {
  const { t } = useText()
  const pages = usePages(of ? `${of.kind} ${of.ref}` : '')
  const range = { limit: PAGE, after: pages.after }
  const query = useQuery({
    queryKey: ['access', of?.kind, of?.ref, pages.after],
    queryFn: () =>
      unwrap(
        of
          ? client.GET('/api/subjects/{kind}/{ref}/access', { params: { path: { kind: of.kind, ref: of.ref }, query: range } })
          : client.GET('/api/access', { params: { query: range } }),
      ),
    placeholderData: keepPreviousData,
  })
  const columns: Column<AccessLine>[] = [
    { key: 'who', title: t('who'), lead: true, cell: (line) => <span className="strong">{line.who}</span> },
    { key: 'at', title: t('when'), cell: (line) => <span className="nowrap">{moment(line.at)}</span> },
    ...(of ? [] : [{ key: 'subject', title: t('subject'), cell: (line: AccessLine) => <SubjectLink subject={line.subject} /> }]),
    { key: 'purpose', title: t('purpose'), cell: (line) => line.purpose },
    { key: 'fields', title: t('fields'), cell: (line) => <span className="code">{line.fields.join(', ')}</span> },
  ]
  return (
    <Panel title={t('access_title')} note={of ? t('access_intro') : undefined} flush>
      <KeysetTable query={query} pages={pages} columns={columns} id={(line) => line.id} caption={t('access_title')} empty={t('access_empty')} />
    </Panel>
  )
}
