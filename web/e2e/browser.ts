// Chromium as the tests start it, and what a person does with a page.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, chromium, type Page } from 'playwright-core'

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export const DESK = { width: 1280, height: 800 }
export const PHONE = { width: 360, height: 740 }

const REPOSITORY = new URL('../../', import.meta.url).pathname

/** Where pictures are kept; without it they are only looked at. `JIANWEI_SCREENS=docs/screens` renews those of the documentation. */
const SCREENS = process.env['JIANWEI_SCREENS']

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: FLAGS })
}

/** A browser of its own for one person: own cookies, own language. What the page complains of is a failure. */
export async function person(browser: Browser, address: string, options: { viewport?: { width: number; height: number }; language?: 'zh' | 'en' } = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: options.viewport ?? DESK, baseURL: address, locale: options.language === 'en' ? 'en-GB' : 'zh-CN', timezoneId: 'Asia/Shanghai' })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  count(page)
  page.on('pageerror', (error) => {
    throw error
  })
  // The policy of the server forbids what the page tries: then one of them is wrong.
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) throw new Error(message.text())
  })
  // Nothing may be asked of any other host.
  await page.route('**/*', (route) => (new URL(route.request().url()).origin === new URL(address).origin ? route.continue() : route.abort()))
  page.on('requestfailed', (request) => {
    if (new URL(request.url()).origin !== new URL(address).origin) throw new Error(`the page asks ${request.url()}`)
  })
  if (options.language === 'en') {
    await page.goto('/login')
    await page.getByRole('button', { name: 'English' }).click()
  }
  return page
}

export async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.goto('/login')
  await page.locator('#name').fill(name)
  await page.locator('#password').fill(password)
  await page.locator('button[type=submit]').click()
  await page.locator('.side, .bottom').first().waitFor({ state: 'attached' })
}

/** How long nothing is on its way before a page counts as settled: longer than it takes to draw one answer and ask the next question. */
const QUIET = 120

const asked = new WeakMap<Page, { open: number; last: number }>()

/** Counts what a page has asked and not been answered yet. */
function count(page: Page): void {
  const state = { open: 0, last: Date.now() }
  asked.set(page, state)
  const moved = (by: number) => {
    state.open += by
    state.last = Date.now()
  }
  page.on('request', () => moved(1))
  page.on('requestfinished', () => moved(-1))
  page.on('requestfailed', () => moved(-1))
}

/** Waits until the page has what it asked for. */
export async function settled(page: Page): Promise<void> {
  const state = asked.get(page)
  // What was just clicked has not asked yet: quiet counts from now.
  const begun = Date.now()
  while (state && (state.open > 0 || Date.now() - Math.max(begun, state.last) < QUIET)) {
    if (Date.now() > begun + 20_000) throw new Error(`${page.url()} is still asking`)
    await page.waitForTimeout(20)
  }
  // Several parts of a page may still be on their way: the first one is gone when none is left.
  await page.locator('.skeleton').first().waitFor({ state: 'detached' })
}

/** Nothing of the page lies beyond the edge of its window. */
export async function fits(page: Page, name: string): Promise<void> {
  await settled(page)
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (wider > 0) throw new Error(`${name} is ${wider} px wider than its window`)
}

/** A named state: it fits, has no serious finding of axe, and is kept as a picture where one is wanted. */
export async function screen(page: Page, name: string): Promise<void> {
  await fits(page, name)
  await page.evaluate(() => window.scrollTo(0, 0))
  const { violations } = await new AxeBuilder({ page }).analyze()
  const grave = violations.filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
  if (grave.length > 0) {
    throw new Error(`${name}: ${grave.map((violation) => `${violation.id} at ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`).join('; ')}`)
  }
  if (!SCREENS) return
  const folder = resolve(REPOSITORY, SCREENS)
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide', style: '[class*="ant-message"] { display: none }' })
}
