// Which feed the list is about.
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { client, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { useFilters } from '../../shared/filters'
import { Labelled, Select } from '../../shared/select'

export function FeedFilter({ feed, children }: { feed: string; children?: ReactNode }) {
  const { t, say } = useText()
  const filters = useFilters()
  const query = useQuery({ queryKey: ['feeds'], queryFn: () => unwrap(client.GET('/api/feeds')) })
  const choices = (query.data?.items ?? []).map((line) => ({ value: line.id, label: say(line.title) }))
  return (
    <div className="filters">
      <Labelled label={t('feed')} className="full">
        <Select value={feed} blank={t('all')} choices={choices} onChange={(value) => filters.set({ feed: value })} />
      </Labelled>
      {children}
    </div>
  )
}
