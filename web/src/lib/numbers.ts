// Numbers and money as people read them. The server sends numbers as text; nothing is computed from them here but their look.

/** `12345.6` as `12,345.6`; what is no plain number stays as it is. */
export function grouped(text: string | number): string {
  const value = String(text)
  const parts = /^(-?)(\d+)(\.\d+)?$/.exec(value)
  if (!parts) return value
  return `${parts[1] ?? ''}${(parts[2] ?? '').replace(/\B(?=(\d{3})+(?!\d))/g, ',')}${parts[3] ?? ''}`
}

/** A share as per cent, without decimals above ten. */
export function percent(share: number): string {
  const value = share * 100
  return `${value >= 10 || value === 0 ? Math.round(value) : value.toFixed(1)}%`
}

/**
 * How far `actual` has come towards `target`, from 0 to 1; null when either is no number. The server says whether the target is met:
 * where that goes against the greater number, less is better and the share is turned round.
 */
export function reached(actual: string | null, target: string | null, state: string): number | null {
  const [a, b] = [Number(actual), Number(target)]
  if (actual === null || target === null || !Number.isFinite(a) || !Number.isFinite(b) || b <= 0) return null
  if (state === 'met') return 1
  if (a >= b && state === 'behind') return b / a
  return Math.max(0, Math.min(1, a / b))
}

/** `2026-05-31T09:12:00Z` as `2026-05-31 09:12` in the reader's time. */
export function moment(at: string): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return at
  const two = (part: number) => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}
