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
    await openFirstThatOpensACase(page, story.open)
    await page.getByRole('button', { name: new RegExp(`^${story.open}`) }).click()
    await page.waitForURL(/\/cases\/W\d+/)
    office.id = /W\d+/.exec(page.url())?.[0] ?? ''
    await settled(page)
    expect(await page.locator('.evidence').count()).toBeGreaterThan(0)
    for (const step of story.steps) await office.take(step)
    const last = await office.desk(story.steps.at(-1)?.who ?? story.first)
    expect(await last.locator('.head').innerText()).toContain(story.end)
    await office.close()
  })
}

/** Looks through the open clues, as one does, until one can be made a case. */
async function openFirstThatOpensACase(page: Page, open: string): Promise<void> {
  await page.goto('/clues?state=open')
  await settled(page)
  const addresses = await page.locator('td.lead a').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname))
  for (const address of addresses) {
    await page.goto(address)
    await settled(page)
    if ((await page.getByRole('button', { name: new RegExp(`^${open}`) }).count()) > 0) return
  }
  throw new Error(`none of ${addresses.length} clues opens a case`)
}
