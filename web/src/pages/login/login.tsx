// Signing in.
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'

import { client, unwrap } from '../../api/client'
import { useText } from '../../i18n'
import { anyDraft } from '../../lib/drafts'
import { Head } from '../../shared/panel'
import { RefusedNotice } from '../../shared/state'
import { SESSION } from '../../shell/session'

/** Only addresses within the app. */
function within(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/'
}

export default function LoginPage() {
  const { t, choose } = useText()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [params] = useSearchParams()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [missing, setMissing] = useState(false)
  const [busy, setBusy] = useState(false)

  const enter = async (event: FormEvent) => {
    event.preventDefault()
    setMissing(!name.trim() || !password)
    if (!name.trim() || !password || busy) return
    setBusy(true)
    setError(null)
    try {
      const session = await unwrap(client.POST('/api/session', { body: { name: name.trim(), password } }))
      queries.clear()
      queries.setQueryData(SESSION, session)
      choose(session.language)
      void navigate(within(params.get('next')), { replace: true })
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }

  return (
    <div className="login">
      <section className="panel">
        <div className="body">
          <Head title={t('login_title')} />
          {anyDraft() && <p className="notice warn">{t('login_again')}</p>}
          <form className="stack" onSubmit={(event) => void enter(event)}>
            <div className="field">
              <label htmlFor="name">{t('login_name')}</label>
              <Input id="name" autoComplete="username" autoFocus value={name} onChange={(event) => setName(event.target.value)} />
            </div>
            <div className="field">
              <label htmlFor="password">{t('login_password')}</label>
              <Input.Password id="password" autoComplete="current-password" value={password} onChange={(event) => setPassword(event.target.value)} />
            </div>
            {missing && (
              <p className="notice bad" role="alert">
                {t('login_needed')}
              </p>
            )}
            <RefusedNotice error={error} />
            <Button type="primary" htmlType="submit" block loading={busy}>
              {t('sign_in')}
            </Button>
            <p className="small quiet">{t('login_hint')}</p>
          </form>
        </div>
      </section>
      <p className="small row">
        <span className="quiet">{t('login_public')}</span>
        <Link to="/report">{t('nav_report')}</Link>
        <Link to="/status">{t('nav_status')}</Link>
      </p>
    </div>
  )
}
