// Entry: providers around the routes.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { App as Feedback, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'

import { Refused } from './api/client'
import { LanguageProvider, useText } from './i18n'
import { anyDraft } from './lib/drafts'
import { router } from './routes'
import './theme/app.css'
import { theme } from './theme/theme'
import { SESSION } from './shell/session'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Somebody else may have acted meanwhile: what is shown again is asked for again.
      staleTime: 0,
      // A refusal stays a refusal; only a broken connection is tried again.
      retry: (count, error) => count < 2 && error instanceof Refused && (error.status === 0 || error.status === 503),
    },
  },
})

// A session that ended shows the sign-in page; what was typed stays in memory.
const ended = (error: unknown) => error instanceof Refused && error.status === 401
queries.getQueryCache().subscribe((event) => {
  if (event.type === 'updated' && event.query.queryKey[0] !== SESSION[0] && ended(event.query.state.error)) queries.setQueryData(SESSION, null)
})
queries.getMutationCache().subscribe((event) => {
  if (event.type === 'updated' && ended(event.mutation.state.error)) queries.setQueryData(SESSION, null)
})

window.addEventListener('beforeunload', (event) => {
  if (anyDraft()) event.preventDefault()
})

function Themed() {
  const { language } = useText()
  return (
    <ConfigProvider theme={theme} locale={language === 'zh' ? zhCN : enUS} button={{ autoInsertSpace: false }}>
      <Feedback message={{ maxCount: 2 }}>
        <RouterProvider router={router} />
      </Feedback>
    </ConfigProvider>
  )
}

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <LanguageProvider>
          <Themed />
        </LanguageProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
}
