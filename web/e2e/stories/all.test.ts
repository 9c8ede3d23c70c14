// Nothing is asked of the server by the tests themselves; besides clicking they only move the clock, which goes forward.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'

import { startBrowser } from '../browser'
import { serveWorld, type World } from '../world'
import { clue } from './clue'
import { pages } from './pages'
import { read } from './read'
import { report } from './report'
import { week } from './week'

// Any port that is free: another run may go on beside this one.
const PORT = Number(process.env["PORT"] ?? 0)

let world: World
let browser: Browser

beforeAll(async () => {
  world = await serveWorld(read('report.json').demo, PORT)
  browser = await startBrowser()
})

afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

report(
  () => world,
  () => browser,
)
// Before anybody is visited in that week.
week(
  () => world,
  () => browser,
)
clue(
  () => world,
  () => browser,
)
pages(
  () => world,
  () => browser,
)
