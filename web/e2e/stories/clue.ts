// A department's clue, in English and on a phone: from the list of clues to the desk that decides.
import type { Browser, Page } from 'playwright-core'
import { expect, test } from 'vitest'

import { settled } from '../browser'
import type { World } from '../world'
import { Office } from './office'
import { read } from './read'

export function clue(world: () => World, browser: () => Browser): void {
  const story = read('clue.json')

  test('a clue of a department becomes a case and is worked, in English, on a phone', async () => {
    const office = new Office(world(), browser(), story.words, 'en', world().lastDay, [story.first])
    const page = await office.desk(story.first)
    await page.getByRole('navigation').getByRole('link', { name: story.clues }).locator('visible=true').first().click()
    await settled(page)
    await openFirstThatBeginsACase(page, story.open, story.steps[0]?.do ?? '')
    office.id = /W\d+/.exec(page.url())?.[0] ?? ''
    await settled(page)
    expect(await page.locator('.evidence').count()).toBeGreaterThan(0)
    for (const step of story.steps) await office.take(step)
    const last = await office.desk(story.steps.at(-1)?.who ?? story.first)
    expect(await last.locator('.head').innerText()).toContain(story.end)
    await office.close()
  })
}

/**
 * Looks through the open clues, as one does, until one has become a case of its own, whose first step is `first`: of somebody whose case
 * is under way the clue joins that.
 */
async function openFirstThatBeginsACase(page: Page, open: string, first: string): Promise<void> {
  await page.goto('/clues?state=open')
  await settled(page)
  const addresses = await page.locator('td.lead a').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname))
  for (const address of addresses) {
    await page.goto(address)
    await settled(page)
    const button = page.getByRole('button', { name: new RegExp(`^${open}`) })
    if ((await button.count()) === 0) continue
    await button.click()
    await page.waitForURL(/\/cases\/W\d+/)
    await settled(page)
    const offered = page.locator('.panel.now').getByRole('button').filter({ hasText: first })
    if ((await offered.count()) > 0 || (await page.getByRole('form', { name: first, exact: true }).isVisible())) return
  }
  throw new Error(`none of ${addresses.length} clues begins a case`)
}
