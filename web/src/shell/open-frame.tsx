// The frame of pages that need no account: signing in, reporting, asking for the status.
import { Link, Outlet } from 'react-router'

import { useText } from '../i18n'
import { LanguageSwitch } from './language-switch'

export function OpenFrame() {
  const { t } = useText()
  return (
    <>
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <header className="banner top">
        <Link className="brand" to="/">
          <img src="/mark.svg" alt="" />
          <b>{t('product')}</b>
          <span className="brand-line">{t('tagline')}</span>
        </Link>
        <nav className="top-end" aria-label={t('navigation')}>
          <Link to="/report">{t('nav_report')}</Link>
          <Link to="/status">{t('nav_status')}</Link>
          <LanguageSwitch />
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  )
}
