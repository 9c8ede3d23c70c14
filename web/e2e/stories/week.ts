// More than a place can check in a week: cases opened from the pages of those concerned; the workbench says which wait, and why.
import type { Browser } from 'playwright-core'
import { expect, test } from 'vitest'

import { act } from '../acting'
import { screen, settled } from '../browser'
import type { World } from '../world'
import { Office } from './office'
import { read } from './read'

export function week(world: () => World, browser: () => Browser): void {
  const story = read('week.json')

  test('what a place cannot check this week waits, and says why', async () => {
    const office = new Office(world(), browser(), story.words, 'zh', world().lastDay)
    const page = await office.desk(story.first)
    await page.getByRole('navigation').getByRole('link', { name: story.subjects, exact: true }).locator('visible=true').first().click()
    await settled(page)
    await page.locator('.filters select').first().selectOption({ label: story.kind })
    await settled(page)
    // Nobody has two open cases of a kind: those with none.
    const free = page.locator('tbody tr', { has: page.locator('td:last-child', { hasText: /^0$/ }) })
    const pages = await free.locator('td.lead a').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname))
    expect(pages.length).toBeGreaterThanOrEqual(story.cases)
    for (const address of pages.slice(-story.cases)) {
      await page.goto(address)
      await page.getByRole('link', { name: story.open }).click()
      await settled(page)
      for (const [label, value] of Object.entries(story.fields)) await page.getByLabel(label, { exact: true }).fill(value)
      await page.getByRole('button', { name: story.send, exact: true }).click()
      await page.waitForURL(/\/cases\/W\d+/)
      await settled(page)
      await act(page, story.words, story.accept.do, story.accept.fields)
    }
    await page.getByRole('navigation').getByRole('link', { name: story.words.workbench }).locator('visible=true').first().click()
    await settled(page)
    const waiting = page.locator('tbody tr', { hasText: story.why })
    expect(await waiting.count()).toBe(story.cases - story.fits)
    await screen(page, 'workbench')
    await office.close()
  })
}
