// What was written into a case, masked until a purpose is given; masked again when one leaves.
import { EyeOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'

import type { Schemas } from '../../api/client'
import { useText } from '../../i18n'
import { Panel } from '../../shared/panel'
import { Reveal } from '../../shared/reveal'
import { Pairs } from '../../shared/words'
import { useMay } from '../../shell/session'

/** Stands for the kind of a case where values are revealed. */
const CASE = 'case'

export function MaskedPanel({ id, title, values }: { id: string; title: string; values: Schemas['FieldValue'][] }) {
  const { t, say } = useText()
  const may = useMay()
  const [asking, setAsking] = useState(false)
  const [revealed, setRevealed] = useState<Schemas['Revealed'] | null>(null)
  const open = new Map((revealed?.values ?? []).filter((value) => !value.masked).map((value) => [value.name, value]))
  const masked = values.filter((value) => value.masked && !open.has(value.name))
  if (values.length === 0) return null
  return (
    <>
      {asking && (
        <Reveal
          kind={CASE}
          id={id}
          choices={masked.map((value) => ({ value: value.name, label: say(value.title) }))}
          close={() => setAsking(false)}
          done={(next) => {
            setRevealed((before) => ({ logged: next.logged, values: [...(before?.values ?? []), ...next.values] }))
            setAsking(false)
          }}
        />
      )}
      <Panel
        title={title}
        note={revealed ? t('revealed', { n: revealed.logged }) : undefined}
        end={
          may('reveal') &&
          masked.length > 0 &&
          !asking && (
            <Button size="small" icon={<EyeOutlined aria-hidden />} onClick={() => setAsking(true)}>
              {t('reveal')}
            </Button>
          )
        }
      >
        <Pairs values={values.map((value) => open.get(value.name) ?? value)} />
      </Panel>
    </>
  )
}
