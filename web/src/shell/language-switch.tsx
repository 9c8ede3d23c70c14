// 中文 | English, one click. Signed in, the choice is kept with the account.
import { useQueryClient } from '@tanstack/react-query'

import { client, unwrap, writing } from '../api/client'
import { useText } from '../i18n'
import { SESSION, useSessionQuery } from './session'

export function LanguageSwitch({ className }: { className?: string }) {
  const { language, choose } = useText()
  const session = useSessionQuery().data
  const queries = useQueryClient()
  const other = language === 'zh' ? 'en' : 'zh'
  const change = () => {
    choose(other)
    if (!session) return
    queries.setQueryData(SESSION, { ...session, language: other })
    // The page has changed already; if the account cannot be reached, the choice holds in this browser.
    unwrap(client.PUT('/api/session/language', { params: { header: writing() }, body: { language: other } })).catch(() => undefined)
  }
  return (
    <button type="button" className={className ?? 'top-button'} onClick={change} lang={other === 'zh' ? 'zh-CN' : 'en'}>
      {other === 'zh' ? '中文' : 'English'}
    </button>
  )
}
