// A page that throws takes only itself down.
import { Button } from 'antd'
import { useRouteError } from 'react-router'

import { useText } from '../i18n'

export function Crash() {
  const { t } = useText()
  const error = useRouteError()
  console.error(error)
  return (
    <div className="state" role="alert">
      <h1>{t('crashed')}</h1>
      <p>{t('crashed_text')}</p>
      <Button onClick={() => window.location.reload()}>{t('reload')}</Button>
    </div>
  )
}
