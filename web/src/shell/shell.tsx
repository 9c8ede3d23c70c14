// The frame of every page for who is signed in: name, scope, navigation at the side or, on a phone, below.
import {
  AuditOutlined,
  ContainerOutlined,
  DatabaseOutlined,
  EllipsisOutlined,
  ExperimentOutlined,
  HomeOutlined,
  InboxOutlined,
  SearchOutlined,
  SolutionOutlined,
} from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { type ComponentType, useEffect, useRef, useState } from 'react'
import { Link, NavLink, Outlet, useLocation, useNavigate } from 'react-router'

import { client, unwrap, writing } from '../api/client'
import { type Key, useText } from '../i18n'
import { forgetDrafts } from '../lib/drafts'
import { LanguageSwitch } from './language-switch'
import { SESSION, SignedIn, useMay, useSession } from './session'

interface Item {
  to: string
  key: Key
  icon: ComponentType<{ 'aria-hidden': boolean }>
  /** The operation of the API that the page lives on. */
  needs: string
}

const items: Item[] = [
  { to: '/', key: 'nav_home', icon: HomeOutlined, needs: 'home' },
  { to: '/tasks', key: 'nav_tasks', icon: InboxOutlined, needs: 'tasks' },
  { to: '/clues', key: 'nav_clues', icon: SolutionOutlined, needs: 'list_clues' },
  { to: '/cases', key: 'nav_cases', icon: ContainerOutlined, needs: 'list_cases' },
  { to: '/subjects', key: 'nav_subjects', icon: SearchOutlined, needs: 'find_subjects' },
  { to: '/models', key: 'nav_models', icon: ExperimentOutlined, needs: 'list_models' },
  { to: '/data', key: 'nav_data', icon: DatabaseOutlined, needs: 'feeds' },
  { to: '/access', key: 'nav_access', icon: AuditOutlined, needs: 'access' },
]

export function Shell() {
  return (
    <SignedIn>
      <Frame />
    </SignedIn>
  )
}

function Frame() {
  const { t, say } = useText()
  const { user, test_data } = useSession()
  const may = useMay()
  const mine = items.filter((item) => may(item.needs))
  const main = useRef<HTMLElement>(null)
  const location = useLocation()
  useEffect(() => {
    window.scrollTo({ top: 0 })
  }, [location.pathname])

  const grant = user.grants[0]
  return (
    <>
      <a className="skip" href="#main" onClick={() => main.current?.focus()}>
        {t('skip')}
      </a>
      <header className="banner">
        <div className="top">
        <Link className="brand" to="/">
          <img src="/mark.svg" alt="" />
          <b>{t('product')}</b>
          <span className="brand-line">{t('tagline')}</span>
        </Link>
        <div className="top-end">
          <span className="who">
            {user.title}
            {grant && (
              <small>
                {say(grant.title) !== user.title && <>{say(grant.title)} · </>}
                {grant.place.name}
              </small>
            )}
          </span>
          <LanguageSwitch />
          <SignOut />
        </div>
        </div>
        {test_data && <div className="test-data">{t('test_data')}</div>}
      </header>
      <div className="frame">
        <nav className="side" aria-label={t('navigation')}>
          <ul>
            {mine.map((item) => (
              <li key={item.to}>
                <NavLink to={item.to} end={item.to === '/'}>
                  <item.icon aria-hidden />
                  {t(item.key)}
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
        <main className="main" id="main" ref={main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <BottomBar items={mine} />
    </>
  )
}

function BottomBar({ items: mine }: { items: Item[] }) {
  const { t } = useText()
  const [open, setOpen] = useState(false)
  const location = useLocation()
  useEffect(() => setOpen(false), [location.pathname])
  const [first, rest] = mine.length > 5 ? [mine.slice(0, 4), mine.slice(4)] : [mine, []]
  return (
    <nav className="bottom" aria-label={t('navigation')}>
      {open && (
        <div className="more" id="more">
          {rest.map((item) => (
            <NavLink key={item.to} to={item.to}>
              <item.icon aria-hidden />
              {t(item.key)}
            </NavLink>
          ))}
        </div>
      )}
      <ul>
        {first.map((item) => (
          <li key={item.to}>
            <NavLink to={item.to} end={item.to === '/'}>
              <item.icon aria-hidden />
              {t(item.key)}
            </NavLink>
          </li>
        ))}
        {rest.length > 0 && (
          <li>
            <button type="button" aria-expanded={open} aria-controls="more" onClick={() => setOpen(!open)}>
              <EllipsisOutlined aria-hidden />
              {t('nav_more')}
            </button>
          </li>
        )}
      </ul>
    </nav>
  )
}

function SignOut() {
  const { t } = useText()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const leave = async () => {
    await unwrap(client.DELETE('/api/session', { params: { header: writing() } })).catch(() => undefined)
    forgetDrafts()
    queries.clear()
    queries.setQueryData(SESSION, null)
    void navigate('/login')
  }
  return (
    <button type="button" className="top-button" onClick={() => void leave()}>
      {t('sign_out')}
    </button>
  )
}
