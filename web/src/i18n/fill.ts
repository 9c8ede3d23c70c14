/**
 * `text` with each `{name}` replaced by its value, and each `{name|one|many}` by the word that goes with it.
 * What has no value stays as it is.
 */
export function fill(text: string, values: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (place: string, name: string, one?: string, many?: string) => {
    if (!(name in values)) return place
    const value = String(values[name])
    return one === undefined || many === undefined ? value : value === '1' ? one : many
  })
}
