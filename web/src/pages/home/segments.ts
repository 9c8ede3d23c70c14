/** `points` attributes of the lines through `values`, scaled into width and height with a margin; a null ends a line. */
export function segments(values: (number | null)[], width: number, height: number): string[] {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value))
  if (known.length === 0) return []
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const margin = 3
  const x = (index: number) => margin + (values.length < 2 ? 0 : (index / (values.length - 1)) * (width - 2 * margin))
  const y = (value: number) => (high === low ? height / 2 : height - margin - ((value - low) / (high - low)) * (height - 2 * margin))
  const lines: string[][] = [[]]
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) lines.push([])
    else lines.at(-1)?.push(`${x(index).toFixed(1)},${y(value).toFixed(1)}`)
  })
  return lines.filter((line) => line.length > 0).map((line) => line.join(' '))
}
