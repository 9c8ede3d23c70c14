// The receipt number, shown once and large enough to be copied by hand.
import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'

import type { Schemas } from '../../api/client'
import { useText } from '../../i18n'
import { Head } from '../../shared/panel'

export function ReceiptView({ receipt, again }: { receipt: Schemas['Receipt']; again: () => void }) {
  const { t, say } = useText()
  const [copied, setCopied] = useState(false)
  const copy = () => {
    // Missing on plain http; the number can be selected by hand there.
    void navigator.clipboard?.writeText(receipt.receipt).then(() => setCopied(true))
  }
  return (
    <div role="status">
      <Head title={t('report_done')} intro={receipt.answer_by ? t('report_answer_by', { day: receipt.answer_by }) : undefined} />
      <p>{say(receipt.text)}</p>
      <p className="strong" style={{ marginTop: 16 }}>
        {t('report_receipt')}
      </p>
      <div className="receipt">{receipt.receipt}</div>
      <p className="notice warn">{t('report_receipt_hint')}</p>
      <div className="actions" style={{ marginTop: 16 }}>
        {'clipboard' in navigator && <Button onClick={copy}>{t(copied ? 'report_copied' : 'report_copy')}</Button>}
        <Link to="/status">
          <Button tabIndex={-1}>{t('nav_status')}</Button>
        </Link>
        <Button type="link" onClick={again}>
          {t('report_another')}
        </Button>
      </div>
    </div>
  )
}
