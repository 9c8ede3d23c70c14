// The people of the stories: each with a browser of their own, and what they do step by step.
import type { Browser, Page } from 'playwright-core'

import { act, beginAction, fill, openCase, type Words } from '../acting'
import { person, PHONE, screen, settled, signIn } from '../browser'
import { after, type World } from '../world'

export interface Step {
  who: string
  do: string
  fields: Record<string, string>
  /** Name of the picture taken when it is done; of the filled-in form where it meets a conflict. */
  screen?: string
  /** Somebody else acts while this is typed. */
  conflict?: boolean
  /** Days that pass afterwards. */
  days?: number
}

export class Office {
  /** Number of the case that is worked. */
  id = ''
  /** Key of its subject. */
  subject = ''
  private readonly desks = new Map<string, Page>()

  constructor(
    readonly world: World,
    readonly browser: Browser,
    readonly words: Words,
    readonly language: 'zh' | 'en',
    public today: string,
    /** Who works on a phone. */
    readonly phones: string[] = [],
  ) {
    world.setDay(today)
  }

  /** The browser of one who works here, signed in. */
  async desk(who: string): Promise<Page> {
    const known = this.desks.get(who)
    if (known) return known
    const account = this.world.accounts[who]
    if (!account) throw new Error(`no account ${who} in ${Object.keys(this.world.accounts).join(', ')}`)
    const page = await person(this.browser, this.world.address, this.phones.includes(who) ? { viewport: PHONE } : {})
    await signIn(page, who, account.password)
    await settled(page)
    // The account keeps its language; the switch names the other one.
    const other = page.getByRole('button', { name: this.language === 'en' ? 'English' : '中文', exact: true })
    if ((await other.count()) > 0) {
      await other.click()
      await settled(page)
    }
    this.desks.set(who, page)
    return page
  }

  /** Takes one step, as its person, and lets its days pass. */
  async take(step: Step, conflict?: (page: Page, fields: Record<string, string>) => Promise<void>): Promise<void> {
    const page = await this.desk(step.who)
    await openCase(page, this.words, this.id)
    const fields = Object.fromEntries(Object.entries(step.fields).map(([label, value]) => [label, this.said(value)]))
    if (step.conflict && conflict) {
      const form = await beginAction(page, step.do)
      for (const [label, value] of Object.entries(fields)) await fill(form, this.words, label, value)
      if (step.screen) await screen(page, step.screen)
      await conflict(page, fields)
    } else {
      await act(page, this.words, step.do, fields)
      if (step.screen) await screen(page, step.screen)
    }
    if (step.days) this.pass(step.days)
  }

  pass(days: number): void {
    this.today = after(this.today, days)
    this.world.setDay(this.today)
  }

  /** Signs everybody out by closing their browsers. */
  async close(): Promise<void> {
    for (const page of this.desks.values()) await page.context().close()
  }

  /** `@subject`, `@today`, `@today+20`, or the value itself. */
  private said(value: string): string {
    if (value === '@subject') return this.subject
    const moved = /^@today(?:\+(\d+))?$/.exec(value)
    return moved ? after(this.today, Number(moved[1] ?? 0)) : value
  }
}
