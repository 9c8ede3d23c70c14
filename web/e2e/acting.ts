// How a person works a case: finds it, fills in what is asked, sends it off.
import type { Locator, Page } from 'playwright-core'

import { settled } from './browser'

export interface Words {
  workbench: string
  cases: string
  change: string
  done: string
}

/** Opens the case from the workbench, or from the list of cases where it waits for somebody else. */
export async function openCase(page: Page, words: Words, id: string): Promise<void> {
  for (const list of [words.workbench, words.cases]) {
    await page.getByRole('navigation').getByRole('link', { name: list }).locator('visible=true').first().click()
    await settled(page)
    const row = page.locator('tr', { hasText: id })
    // The list may still be on its way: the page is idle until it is asked for.
    const isListed = await row.first().waitFor({ timeout: 3000 }).then(() => true, () => false)
    if (!isListed) continue
    await row.getByRole('link').first().click()
    await page.locator('.panel.now').waitFor()
    await settled(page)
    return
  }
  throw new Error(`${id} is on no list`)
}

/** Does one action of the case that is open. */
export async function act(page: Page, words: Words, title: string, fields: Record<string, string>): Promise<void> {
  const form = await beginAction(page, title)
  for (const [label, value] of Object.entries(fields)) await fill(form, words, label, value)
  await send(page, words, title)
}

/** Sends the form of an action and waits until it is done. */
export async function send(page: Page, words: Words, title: string): Promise<void> {
  const form = page.getByRole('form', { name: title, exact: true })
  await form.locator('button[type=submit]').click()
  const fault = form.locator('.fault, .notice.bad, .known-row [role=alert]')
  await page.getByText(words.done.replace('{title}', title)).or(fault).first().waitFor()
  if ((await fault.count()) > 0) throw new Error(`${title}: ${(await fault.allInnerTexts()).join('; ')}`)
  await settled(page)
}

/** Opens the form of an action, unless it is open because nothing else can be done. */
export async function beginAction(page: Page, title: string): Promise<Locator> {
  const form = page.getByRole('form', { name: title, exact: true })
  if (!(await form.isVisible())) {
    const button = page.locator('.panel.now .actions').getByRole('button').filter({ hasText: title }).first()
    const isOffered = await button.waitFor({ timeout: 5000 }).then(() => true, () => false)
    if (!isOffered) throw new Error(`${title} is not offered: ${await page.locator('.panel.now').innerText()}`)
    await button.click()
  }
  await form.waitFor()
  return form
}

/** Fills in one field by its label, as its control wants it. */
export async function fill(form: Locator, words: Words, label: string, value: string): Promise<void> {
  const known = form.getByRole('button', { name: `${words.change} ${label}`, exact: true })
  if ((await known.count()) > 0) await known.click()
  const group = form.getByRole('group', { name: label, exact: true })
  if ((await group.count()) > 0) {
    for (const option of value.split('|')) await group.getByText(option, { exact: true }).click()
    return
  }
  const control = form.getByLabel(label, { exact: true }).first()
  if ((await control.evaluate((element) => element.tagName)) === 'SELECT') await control.selectOption({ label: value })
  else await control.fill(value)
}

/** Chooses a place level by level. */
export async function choosePlace(page: Page, code: string): Promise<void> {
  const steps = page.locator('.place-steps select')
  for (let depth = 0; depth < (await steps.count()); depth++) {
    const step = steps.nth(depth)
    const values = await step.locator('option').evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value))
    const next = values.find((value) => value !== '' && code.startsWith(value))
    if (next) await step.selectOption(next)
  }
}
