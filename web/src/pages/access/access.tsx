// The access log within the caller's scope.
import { useText } from '../../i18n'
import { Head } from '../../shared/panel'
import { AccessTable } from './access-table'

export default function AccessPage() {
  const { t } = useText()
  return (
    <>
      <Head title={t('access_title')} intro={t('access_intro')} />
      <AccessTable />
    </>
  )
}
