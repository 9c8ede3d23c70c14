// An address nobody answers to.
import { Link } from 'react-router'

import { useText } from '../i18n'
import { Head } from '../shared/panel'

export function NotFound() {
  const { t } = useText()
  return (
    <>
      <Head title={t('not_found')} intro={t('not_found_text')} />
      <p>
        <Link to="/">{t('nav_home')}</Link>
      </p>
    </>
  )
}
