// The pages that are looked at rather than worked in: reasons and rows, masked values, the slider, the state of the data.
import type { Browser } from 'playwright-core'
import { expect, test } from 'vitest'

import { fits, person, PHONE, screen, settled, signIn } from '../browser'
import type { World } from '../world'
import { Office } from './office'
import { read } from './read'

export function pages(world: () => World, browser: () => Browser): void {
  const words = read('pages.json')
  let office: Office

  test('a clue says why, down to the row of a file', async () => {
    office = new Office(world(), browser(), { workbench: '', cases: '', change: '', done: '' }, 'zh', world().lastDay)
    const page = await office.desk(words.wide)
    await page.goto('/')
    await screen(page, 'home')
    await page.getByRole('link', { name: words.clues, exact: true }).locator('visible=true').first().click()
    await screen(page, 'clues')
    await page.locator('td.lead a').first().click()
    await settled(page)
    const value = page.locator('.value-row button').first()
    await value.click()
    await page.locator('.source-row').first().waitFor()
    expect(await page.locator('.source-row').first().innerText()).toMatch(/\.(csv|xlsx)/)
    await screen(page, 'clue')
  })

  test('a masked value is seen for a purpose, and that is written down', async () => {
    const page = await office.desk(words.first)
    await page.goto('/')
    await page.getByRole('link', { name: words.subjects, exact: true }).locator('visible=true').first().click()
    await settled(page)
    await page.locator('.filters select').first().selectOption({ label: words.kind })
    await settled(page)
    await page.locator('td.lead a').first().click()
    await settled(page)
    const before = await page.locator('h1').innerText()
    expect(before).toContain('*')
    await page.getByRole('button', { name: words.reveal }).click()
    const form = page.locator('.panel.now form')
    await form.getByRole('checkbox').first().check()
    await form.locator('#purpose').fill(words.purpose)
    await form.locator('button[type=submit]').click()
    await page.locator('.notice.good').waitFor()
    expect(await page.locator('h1').innerText()).not.toContain('*')
    await page.getByText(words.purpose).first().waitFor()
    await screen(page, 'subject-revealed')
    await page.reload()
    await settled(page)
    expect(await page.locator('h1').innerText()).toBe(before)
  })

  test('a line is tried by keyboard and changes nothing', async () => {
    const page = await office.desk(words.wide)
    await page.getByRole('link', { name: words.models, exact: true }).locator('visible=true').first().click()
    await settled(page)
    await page.getByRole('link', { name: words.model, exact: true }).click()
    await settled(page)
    const numbers = page.locator('.try-numbers dd')
    const before = (await numbers.allInnerTexts())[0]
    await page.getByRole('slider').focus()
    for (let press = 0; press < 25; press++) await page.keyboard.press('ArrowLeft')
    await expect.poll(async () => (await numbers.allInnerTexts())[2], { timeout: 20_000 }).not.toBe('+0')
    expect((await numbers.allInnerTexts())[0]).toBe(before)
    await screen(page, 'model-slider')
  })

  test('every page fits a phone', async () => {
    const account = world().accounts[words.wide]
    if (!account) throw new Error(`no account ${words.wide}`)
    const page = await person(browser(), world().address, { viewport: PHONE })
    await page.goto('/login')
    await fits(page, '/login')
    await signIn(page, words.wide, account.password)
    for (const address of words.phone) {
      await page.goto(address)
      await settled(page)
      await fits(page, address)
    }
    await page.goto('/clues')
    await settled(page)
    await page.locator('td.lead a').first().click()
    await fits(page, 'a clue')
    await page.goto('/cases')
    await settled(page)
    await page.locator('td.lead a').first().click()
    await screen(page, 'case-phone')
    await page.context().close()
  })

  test('the state of the data', async () => {
    const page = await office.desk(words.wide)
    await page.getByRole('link', { name: words.data, exact: true }).locator('visible=true').first().click()
    await settled(page)
    expect(await page.locator('table tbody tr').count()).toBeGreaterThan(5)
    await screen(page, 'data')
    await office.close()
  })
}
