// Departments' data: feeds and their lateness, deliveries, rows sent back.
import { Tabs } from 'antd'

import { useText } from '../../i18n'
import { useFilters } from '../../shared/filters'
import { Head } from '../../shared/panel'
import { useMay } from '../../shell/session'
import { Deliveries } from './deliveries'
import { Feeds } from './feeds'
import { RefusedRows } from './refused-rows'

export default function DataPage() {
  const { t } = useText()
  const filters = useFilters()
  const may = useMay()
  const leaves = [
    { key: 'feeds', needs: 'feeds', label: t('feeds'), children: <Feeds /> },
    { key: 'deliveries', needs: 'deliveries', label: t('deliveries'), children: <Deliveries feed={filters.get('feed')} /> },
    { key: 'refused', needs: 'refused_rows', label: t('refused_rows'), children: <RefusedRows feed={filters.get('feed')} /> },
  ].filter((leaf) => may(leaf.needs))
  return (
    <>
      <Head title={t('data_title')} intro={t('data_intro')} />
      <Tabs
        activeKey={filters.get('view') || 'feeds'}
        onChange={(view) => filters.set({ view: view === 'feeds' ? '' : view, feed: '' })}
        destroyOnHidden
        items={leaves.map(({ key, label, children }) => ({ key, label, children }))}
      />
    </>
  )
}
