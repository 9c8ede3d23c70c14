// The reader's language: texts of the pages by key, texts of packs as pairs.
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'

import type { Pair } from '../api/client'
import { en } from './en'
import { fill } from './fill'
import { type Key, zh } from './zh'

export type Language = 'zh' | 'en'
export type { Key } from './zh'

interface Reading {
  language: Language
  choose: (language: Language) => void
  /** A text of the pages, with `{name}` replaced. */
  t: (key: Key, values?: Record<string, string | number>) => string
  /** A text of a pack. */
  say: (pair: Pair | null | undefined) => string
}

const Context = createContext<Reading | null>(null)
const KEPT = 'jianwei.language'

function kept(): Language {
  try {
    return localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(kept)

  const choose = useCallback((next: Language) => {
    setLanguage(next)
    try {
      localStorage.setItem(KEPT, next)
    } catch {
      // Private browsing: the choice then holds for this page only.
    }
  }, [])

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])

  const reading = useMemo<Reading>(() => {
    const texts = language === 'zh' ? zh : en
    return {
      language,
      choose,
      t: (key, values) => fill(texts[key], values),
      say: (pair) => (pair ? pair[language] || pair.zh || pair.en : ''),
    }
  }, [language, choose])
  return <Context value={reading}>{children}</Context>
}

export function useText(): Reading {
  const reading = useContext(Context)
  if (!reading) throw new Error('useText outside of LanguageProvider')
  return reading
}
