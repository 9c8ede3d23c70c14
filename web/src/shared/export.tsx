// The whole list as a file, under the same filters and rights.
import { DownloadOutlined } from '@ant-design/icons'

import { useText } from '../i18n'

export function ExportLinks({ list, filters }: { list: string; filters: Record<string, string | undefined> }) {
  const { t } = useText()
  const address = (format: string) => {
    const query = new URLSearchParams({ format })
    for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value)
    return `/api/exports/${list}?${query}`
  }
  return (
    <span className="row small">
      <span className="quiet">
        <DownloadOutlined aria-hidden /> {t('export_as')}
      </span>
      <a href={address('xlsx')} download>
        XLSX
      </a>
      <a href={address('csv')} download>
        CSV
      </a>
    </span>
  )
}
