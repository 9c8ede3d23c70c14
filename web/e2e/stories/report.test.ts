// A person reports a difficulty on a phone; three offices take it to a paid measure and, when the time has come, to a lawful end.
// Nothing is asked of the server by the test itself; besides clicking it only moves the clock.
import { readFileSync } from 'node:fs'

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { act, beginAction, choosePlace, fill, openCase, send } from '../acting'
import { person, PHONE, screen, settled, signIn, startBrowser } from '../browser'
import { after, cellOf, type World, serveWorld } from '../world'

interface Step {
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

const story = JSON.parse(readFileSync(new URL('report.json', import.meta.url), 'utf8'))
const words = story.words

let world: World
let browser: Browser
let today: string
let receipt = ''
let id = ''
let subject = ''
const desks = new Map<string, Page>()

beforeAll(async () => {
  world = await serveWorld(story.demo, 18087)
  // The files reach back a year: what happens on the way to the last day is screened as it could have been then.
  today = after(world.lastDay, -215)
  world.setDay(today)
  browser = await startBrowser()
})

afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

/** The browser of one who works here, signed in. */
async function desk(who: string): Promise<Page> {
  const known = desks.get(who)
  if (known) return known
  const account = world.accounts[who]
  if (!account) throw new Error(`no account ${who} in ${Object.keys(world.accounts).join(', ')}`)
  const page = await person(browser, world.address)
  await signIn(page, who, account.password)
  desks.set(who, page)
  return page
}

function said(value: string): string {
  if (value === '@subject') return subject
  const moved = /^@today(?:\+(\d+))?$/.exec(value)
  return moved ? after(today, Number(moved[1] ?? 0)) : value
}

async function take(step: Step): Promise<void> {
  const page = await desk(step.who)
  await openCase(page, words, id)
  const fields = Object.fromEntries(Object.entries(step.fields).map(([label, value]) => [label, said(value)]))
  if (step.conflict) await typeWhileOthersAct(page, step, fields)
  else await act(page, words, step.do, fields)
  if (step.screen && !step.conflict) await screen(page, step.screen)
  if (step.days) {
    today = after(today, step.days)
    world.setDay(today)
  }
}

/** Two browsers on one case: the second is shown what happened and loses nothing. */
async function typeWhileOthersAct(page: Page, step: Step, fields: Record<string, string>): Promise<void> {
  const form = await beginAction(page, step.do)
  for (const [label, value] of Object.entries(fields)) await fill(form, words, label, value)
  if (step.screen) await screen(page, step.screen)
  const other = await desk(story.remark.who)
  await openCase(other, words, id)
  await act(other, words, story.remark.do, story.remark.fields)
  await form.locator('button[type=submit]').click()
  await page.locator('.conflict').waitFor()
  await expect(page.locator('.conflict').innerText()).resolves.toContain(story.remark.do)
  await screen(page, 'case-conflict')
  await expect(form.getByLabel(story.typed.field).inputValue()).resolves.toBe(story.typed.value)
  await send(page, words, step.do)
}

test('a report in four fields on a phone', async () => {
  const page = await person(browser, world.address, { viewport: PHONE })
  await page.goto('/report')
  await settled(page)
  for (const [label, value] of Object.entries<string>(story.report.fields)) await page.getByLabel(label, { exact: true }).fill(value)
  await choosePlace(page, world.accounts[story.first]?.place ?? '')
  await screen(page, 'report-phone')
  await page.getByRole('button', { name: story.report.send }).click()
  await page.locator('.receipt').waitFor()
  receipt = (await page.locator('.receipt').innerText()).trim()
  expect(receipt.replace(/[^0-9A-Z]/g, '').length).toBeGreaterThanOrEqual(16)
  await screen(page, 'receipt-phone')
})

test('the case waits on the workbench of its place', async () => {
  const place = world.accounts[story.first]?.place ?? ''
  subject = cellOf(world.files, story.subject.file, story.subject.column, (row) => row[story.subject.place] === place && row[story.subject.rural] === story.subject.yes)
  const page = await desk(story.first)
  await page.getByRole('navigation').getByRole('link', { name: words.workbench, exact: true }).locator('visible=true').first().click()
  await settled(page)
  id = /K\d+/.exec(await page.locator('table tbody tr').first().innerText())?.[0] ?? ''
  expect(id).not.toBe('')
  await screen(page, 'workbench')
})

test('admission: verified, agreed to, compared, met about, published, checked and approved', async () => {
  for (const step of story.admission as Step[]) await take(step)
})

test('help: a plan, a measure committed and paid, a visit', async () => {
  for (const step of story.help as Step[]) await take(step)
})

test('the one who reported sees how far it is, and nothing else', async () => {
  const page = await person(browser, world.address, { viewport: PHONE })
  await page.goto('/status')
  await page.locator('#receipt').fill(receipt)
  await page.getByRole('button', { name: story.report.ask }).click()
  await page.locator('.way').waitFor()
  const shown = await page.locator('main').innerText()
  for (const value of Object.values<string>(story.report.fields)) expect(shown).not.toContain(value)
  await screen(page, 'status-phone')
})

test('removal on freshly screened facts, still watched', async () => {
  for (const step of story.removal as Step[]) await take(step)
  const page = await desk(story.admitting)
  await expect(page.locator('.head').innerText()).resolves.toContain(story.end)
})
