// Answers in place of a server, from invented data, so that pages can be looked at alone: `npm run mock`.
// Never part of a build: vite.config.ts loads it in this mode only.
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { Plugin } from 'vite'

import type { components } from '../src/api/schema'

type S = components['schemas']

interface Data {
  session: S['Session']
  home: S['Home']
  tasks: S['Task'][]
  places: S['Place'][]
  clues: S['ClueLine'][]
  clue: S['Clue']
  rows: S['SourceRows']
  cases: S['CaseLine'][]
  case: S['Case']
  monitored: S['Case']
  publication: S['Publication']
  kinds: S['Kind'][]
  subject: S['Subject']
  found: S['SubjectFound'][]
  access: S['AccessLine'][]
  models: S['ModelLine'][]
  model: S['Model']
  near: S['NearLine'][]
  feeds: S['FeedLine'][]
  deliveries: S['DeliveryLine'][]
  refused: S['RefusedRow'][]
  report_form: S['ReportForm']
  status: S['Status']
  workflows: S['WorkflowLine'][]
}

interface Asked {
  method: string
  path: string
  query: URLSearchParams
  body: Record<string, unknown>
}

type Answer = { status: number; body: unknown }

const ok = (body: unknown): Answer => ({ status: 200, body })
const refuse = (status: number, code: string, zh: string, en: string): Answer => ({
  status,
  body: { type: 'about:blank', title: en, status, code, text: { zh, en }, request: 'mock' },
})

/** A page of `items`, whose keys are positions. */
function page<Item>(items: Item[], query: URLSearchParams): Answer {
  const from = Number(query.get('after') ?? 0)
  const limit = Number(query.get('limit') ?? 50)
  return ok({ items: items.slice(from, from + limit), next: from + limit < items.length ? String(from + limit) : null, total: items.length })
}

function whatIf(data: Data, body: Record<string, unknown>): S['WhatIf'] {
  const line = Number((body['set'] as Record<string, string>)['w02_line'] ?? 20000)
  const [weeks, level] = [Number(body['weeks'] ?? 4), String(body['level'] ?? '')]
  const places = data.places.filter((place) => place.level === level)
  const share = (20000 - line) / 20000
  const lines = places.map((place, index) => {
    const stay = 4 + ((index * 7) % 19)
    return { place, stay: share < 0 ? Math.round(stay * (1 + share)) : stay, enter: share > 0 ? Math.round(stay * share * 1.7) : 0, leave: share < 0 ? stay - Math.round(stay * (1 + share)) : 0 }
  })
  const sum = (of: (each: (typeof lines)[number]) => number) => lines.reduce((all, each) => all + of(each), 0)
  const [stay, enter, leave] = [sum((each) => each.stay), sum((each) => each.enter), sum((each) => each.leave)]
  const counts = (hit: number) => ({ hit, clear: 21000 - hit, undetermined: 7, outside: 900 })
  return {
    before: counts(stay + leave),
    after: counts(stay + enter),
    stay,
    enter,
    leave,
    level,
    places: lines,
    visits: { kind: 'group', kind_title: data.found[1]?.subject.kind_title ?? { zh: '', en: '' }, count: enter, unlinked: 0, weeks, level, places: lines.map((each) => ({ place: each.place, count: each.enter, per_week: each.enter / weeks })) },
    entering: data.found.slice(0, Math.min(12, enter)).map((found) => found.subject),
    leaving: data.found.slice(0, Math.min(12, leave)).map((found) => found.subject),
    milliseconds: 11.4,
  }
}

function answer(data: Data, world: { signedIn: boolean; conflict: boolean }, { method, path, query, body }: Asked): Answer {
  const parts = path.split('/').filter(Boolean).slice(1).map(decodeURIComponent)
  const [noun, id, verb, what] = parts
  switch (noun) {
    case 'session':
      if (method === 'POST') {
        if (body['password'] !== 'test') return refuse(401, 'wrong-password', '用户名或密码不对', 'wrong user name or password')
        world.signedIn = true
        return { status: 201, body: data.session }
      }
      if (method === 'DELETE') {
        world.signedIn = false
        return { status: 204, body: '' }
      }
      if (method === 'PUT') data.session.language = body['language'] as 'zh' | 'en'
      return world.signedIn ? ok(data.session) : refuse(401, 'no-session', '请先登录', 'sign in first')
    case 'public':
      if (id === 'report-form') return ok(data.report_form)
      if (id === 'reports') return { status: 201, body: { receipt: '7K3M-9PQX-2VHT-C5WN', text: data.report_form.kinds[0]?.intro, answer_by: '2026-06-22' } }
      return String(body['receipt']).startsWith('7K3M') ? ok(data.status) : refuse(404, 'unknown-receipt', '没有这个回执号', 'no such receipt')
  }
  if (!world.signedIn) return refuse(401, 'no-session', '请先登录', 'sign in first')
  switch (noun) {
    case 'home':
      return ok(data.home)
    case 'tasks':
      return page(query.get('overdue') ? data.tasks.filter((task) => task.clock?.state === 'overdue') : data.tasks, query)
    case 'places':
      return ok({ items: data.places.filter((place) => !query.get('parent') || place.parent === query.get('parent')) })
    case 'clues':
      if (verb === 'rows') return ok(data.rows)
      if (verb === 'case') return { status: 201, body: data.case }
      if (verb === 'verdict') {
        const choice = data.clue.verdicts.find((each) => each.id === body['verdict'])
        return ok({ ...data.clue, version: 'c2', verdicts: [], may_open_case: false, given: { ...choice, verdict: choice?.id, on: data.session.today, by: data.session.user.title, reason: body['reason'] } })
      }
      if (verb === 'snooze') return ok({ ...data.clue, version: 'c2', may_snooze: false, snooze: { ...body, by: data.session.user.title, on: data.session.today } })
      if (id) return ok({ ...data.clue, line: data.clues.find((clue) => clue.id === id) ?? data.clue.line })
      return page(
        data.clues.filter((clue) => ['model', 'state', 'severity'].every((name) => !query.get(name) || query.get(name) === clue[name as 'model'])),
        query,
      )
    case 'cases':
      if (verb === 'publication') return ok(data.publication)
      if (verb === 'actions') {
        if (world.conflict) {
          world.conflict = false
          const last = data.case.timeline.at(-1)
          if (last) data.case.timeline.push({ ...last, position: last.position + 3, at: '2026-05-31T02:10:00Z', who: data.access[0]?.who ?? '', kind: 'noted' })
          data.case.version = 'k8'
          return refuse(412, 'version-moved', '其他人先办理了', 'someone else acted first')
        }
        const found = id === data.monitored.line.id ? data.monitored : data.case
        const action = found.actions.find((each) => each.id === what)
        return ok({ ...found, version: `${found.version}+`, actions: found.actions.filter((each) => each !== action), line: { ...found.line, state: action?.to ?? found.line.state } })
      }
      if (method === 'POST') return { status: 201, body: data.case }
      if (id) return id === data.monitored.line.id ? ok(data.monitored) : data.cases.some((line) => line.id === id) ? ok(data.case) : refuse(404, 'not-found', '没有这个工单', 'no such case')
      return page(query.get('open') === 'false' ? data.cases.filter((line) => line.closed) : data.cases, query)
    case 'workflows':
      return ok({ items: data.workflows })
    case 'kinds':
      return ok({ items: data.kinds })
    case 'subjects':
      if (what === 'access') return page(data.access, query)
      if (what === 'reveal') {
        const names = body['fields'] as string[]
        return ok({ logged: 901, values: names.map((name) => ({ name, title: { zh: name, en: name }, text: name === 'key' ? '990101196203120012' : '13800001234', masked: false, source: null })) })
      }
      return verb ? ok(data.subject) : page(query.get('q') ? data.found.slice(0, 1) : data.found, query)
    case 'access':
      return page(data.access, query)
    case 'models':
      if (verb === 'what-if') return ok(whatIf(data, body))
      if (verb === 'near') return page(data.near, query)
      return ok(id ? { ...data.model, line: data.models.find((line) => line.id === id) ?? data.model.line } : { items: data.models, run: 9, as_of: '2026-05-31' })
    case 'feeds':
      return ok({ items: data.feeds, as_of: '2026-05-31' })
    case 'deliveries':
      return page(data.deliveries, query)
    case 'refused-rows':
      return page(query.get('all') ? data.refused : data.refused.filter((row) => !row.closed), query)
  }
  return refuse(404, 'not-found', '没有', 'not found')
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text ? (JSON.parse(text) as Record<string, unknown>) : {}
}

export function mock(): Plugin {
  const data = JSON.parse(readFileSync('dev/mock-data.json', 'utf8')) as Data
  const world = { signedIn: false, conflict: true }
  return {
    name: 'mock-api',
    configureServer(server) {
      server.middlewares.use('/api', (request, response) => {
        void (async () => {
          const url = new URL(request.url ?? '/', 'http://mock')
          const body = await read(request)
          const { status, body: text } = answer(data, world, { method: request.method ?? 'GET', path: `/api${url.pathname}`, query: url.searchParams, body })
          response.statusCode = status
          response.setHeader('content-type', status >= 400 ? 'application/problem+json' : 'application/json')
          response.end(status === 204 ? '' : JSON.stringify(text))
        })()
      })
    },
  }
}
