// A person reports a difficulty on a phone; three offices take it to a paid measure and, when the time has come, to a lawful end.
import type { Browser, Page } from 'playwright-core'
import { expect, test } from 'vitest'

import { act, choosePlace, openCase, send } from '../acting'
import { person, PHONE, screen, settled } from '../browser'
import { after, cellOf, type World } from '../world'
import { Office } from './office'
import { read } from './read'

/** The files reach back a year: what happens on the way to the last day is screened as it could have been then. */
const EARLIER = 215

export function report(world: () => World, browser: () => Browser): void {
  const story = read('report.json')
  let office: Office
  let receipt = ''

  test('a report in four fields on a phone', async () => {
    office = new Office(world(), browser(), story.words, 'zh', after(world().lastDay, -EARLIER))
    const page = await person(browser(), world().address, { viewport: PHONE })
    await page.goto('/report')
    await settled(page)
    for (const [label, value] of Object.entries(story.report.fields)) await page.getByLabel(label, { exact: true }).fill(value)
    await choosePlace(page, world().accounts[story.first]?.place ?? '')
    await screen(page, 'report-phone')
    await page.getByRole('button', { name: story.report.send }).click()
    await page.locator('.receipt').waitFor()
    receipt = (await page.locator('.receipt').innerText()).trim()
    expect(receipt.replace(/[^0-9A-Z]/g, '').length).toBeGreaterThanOrEqual(16)
    await screen(page, 'receipt-phone')
    await page.context().close()
  })

  test('the case waits on the workbench of its place', async () => {
    const place = world().accounts[story.first]?.place ?? ''
    const { file, column, place: at, rural, yes } = story.subject
    office.subject = cellOf(world().files, file, column, (row) => row[at] === place && row[rural] === yes)
    const page = await office.desk(story.first)
    await page.getByRole('navigation').getByRole('link', { name: story.words.workbench }).locator('visible=true').first().click()
    await settled(page)
    office.id = /W\d+/.exec(await page.locator('table tbody tr').first().innerText())?.[0] ?? ''
    expect(office.id).not.toBe('')
  })

  /** Two browsers on one case: the second is shown what happened and loses nothing. */
  const whileOthersAct = async (page: Page) => {
    const other = await office.desk(story.remark.who)
    await openCase(other, story.words, office.id)
    await act(other, story.words, story.remark.do, story.remark.fields)
    const form = page.getByRole('form', { name: story.verify, exact: true })
    await form.locator('button[type=submit]').click()
    await page.locator('.conflict').waitFor()
    expect(await page.locator('.conflict').innerText()).toContain(story.remark.do)
    await screen(page, 'case-conflict')
    expect(await form.getByLabel(story.typed.field, { exact: true }).inputValue()).toBe(story.typed.value)
    await send(page, story.words, story.verify)
  }

  test('admission: verified, agreed to, compared, met about, published, checked and approved', async () => {
    for (const step of story.admission) await office.take(step, whileOthersAct)
  })

  test('help: a plan, a measure committed and paid, a visit', async () => {
    for (const step of story.help) await office.take(step)
  })

  test('the one who reported sees how far it is, and nothing else', async () => {
    const page = await person(browser(), world().address, { viewport: PHONE })
    await page.goto('/status')
    await page.locator('#receipt').fill(receipt)
    await page.getByRole('button', { name: story.report.ask }).click()
    await page.locator('.way').waitFor()
    const shown = await page.locator('main').innerText()
    for (const value of Object.values(story.report.fields)) expect(shown).not.toContain(value)
    await screen(page, 'status-phone')
    await page.context().close()
  })

  test('removal on freshly screened facts, still watched', async () => {
    for (const step of story.removal) await office.take(step)
    const page = await office.desk(story.admitting)
    expect(await page.locator('.head').innerText()).toContain(story.end)
    await office.close()
  })
}
