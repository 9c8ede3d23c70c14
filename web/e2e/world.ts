// An invented world in a folder of its own, served by the real binary, on a clock that the tests move.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const REPOSITORY = new URL('../../', import.meta.url).pathname

export interface Account {
  password: string
  place: string
}

export interface World {
  address: string
  /** Who may sign in, by login: password and the code of the place. */
  accounts: Record<string, Account>
  /** The last simulated day. */
  lastDay: string
  /** The folder of the invented departments' files. */
  files: string
  /** The only thing that a test may do beside clicking: it becomes this day. */
  setDay: (day: string) => void
  stop: () => Promise<void>
}

function binary(): string {
  const path = process.env['JIANWEI_BIN']
  if (!path) throw new Error('JIANWEI_BIN names no binary; run scripts/e2e')
  return path
}

/** Invents, takes in, screens, opens one account per role, and serves. */
export async function serveWorld(invented: string[], port: number): Promise<World> {
  const folder = process.env['JIANWEI_E2E_DATA'] ?? mkdtempSync(join(tmpdir(), 'jianwei-e2e-'))
  const data = join(folder, 'data')
  const printed = execFileSync(binary(), ['--data', data, 'demo', '--no-serve', ...invented, '--quiet'], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const clock = join(data, 'test-clock.txt')
  const lastDay = readFileSync(clock, 'utf8').trim()
  const { process: server, address: served } = await serve(data, clock, port)
  // A build that is not in the binary can be looked at through another server (`vite preview`) that passes the API on.
  const address = process.env['JIANWEI_APP'] ?? served
  return {
    address,
    accounts: accountsIn(printed),
    lastDay,
    files: join(data, 'simulated'),
    setDay: (day) => writeFileSync(clock, `${day}\n`),
    stop: async () => {
      await new Promise<void>((done) => {
        server.once('exit', () => done())
        server.kill('SIGINT')
      })
      if (!process.env['JIANWEI_E2E_DATA']) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Rows of the table of accounts: login, password, role, place. */
function accountsIn(printed: string): Record<string, Account> {
  const accounts: Record<string, Account> = {}
  const table = printed.slice(printed.lastIndexOf('login'))
  for (const [, login, password, place] of table.matchAll(/^\W*([a-z][a-z-]+)\W+?([a-z][\w-]+)\s.*?(99\d{4,10})\W*$/gm)) {
    if (login && password && place) accounts[login] = { password, place }
  }
  if (Object.keys(accounts).length === 0) throw new Error(`no accounts in: ${printed.slice(-2000)}`)
  return accounts
}

async function serve(data: string, clock: string, port: number): Promise<{ process: ChildProcess; address: string }> {
  const server = spawn(binary(), ['--data', data, 'serve', '--listen', `127.0.0.1:${port}`, '--test-clock', clock], { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const address = await new Promise<string>((done, failed) => {
    server.stderr?.on('data', (chunk) => (said += String(chunk)))
    server.stdout?.on('data', (chunk) => {
      said += String(chunk)
      const found = /http:\/\/[\d.:]+/.exec(said)
      if (found) done(found[0])
    })
    server.once('exit', (code) => failed(new Error(`the server ended with ${code}: ${said}`)))
  })
  return { process: server, address }
}

/** `day` moved by `days`. */
export function after(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

/** First cell under `header` of the first file of the simulated department whose name begins so, that `wanted` accepts. */
export function cellOf(files: string, name: string, header: string, wanted: (row: Record<string, string>) => boolean): string {
  const found = readdirSync(files, { recursive: true, encoding: 'utf8' })
    .filter((file) => (file.split('/').at(-1) ?? '').startsWith(name))
    .sort()
    .at(-1)
  if (!found) throw new Error(`no simulated file begins with ${name}`)
  const [first = '', ...lines] = text(readFileSync(join(files, found))).split(/\r?\n/)
  const headers = first.split(',')
  for (const line of lines) {
    const cells = line.split(',')
    const row = Object.fromEntries(headers.map((each, index) => [each, cells[index] ?? '']))
    if (row[header] && wanted(row)) return row[header]
  }
  throw new Error(`no row of ${found} is wanted`)
}

/** As departments send it: UTF-8, or what their computers write. */
function text(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}
