// Idempotency keys: the same attempt sent twice keeps its key, a changed one gets a new one.
// `crypto.randomUUID` is missing on plain http, where offices without certificates run.

export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export class Attempts {
  private said = ''
  private key = ''

  /** The key of this content: new whenever the content is. */
  of(content: unknown): string {
    const said = JSON.stringify(content)
    if (said !== this.said || this.key === '') {
      this.said = said
      this.key = randomKey()
    }
    return this.key
  }

  /** After an attempt was acknowledged the same content is a new attempt. */
  done(): void {
    this.said = ''
    this.key = ''
  }
}
