// Addresses of the app. Each page is loaded when it is first opened.
import { createBrowserRouter, type RouteObject } from 'react-router'

import { Loading } from './shared/state'
import { Crash } from './shell/crash'
import { NotFound } from './shell/not-found'
import { OpenFrame } from './shell/open-frame'
import { Shell } from './shell/shell'

function page(path: string, load: () => Promise<{ default: React.ComponentType }>): RouteObject {
  const lazy = async () => ({ Component: (await load()).default })
  return path === '' ? { index: true, lazy, errorElement: <Crash /> } : { path, lazy, errorElement: <Crash /> }
}

export const router = createBrowserRouter([
  {
    element: <OpenFrame />,
    HydrateFallback: Loading,
    children: [
      page('login', () => import('./pages/login/login')),
      page('report', () => import('./pages/report/report')),
      page('status', () => import('./pages/report/status')),
    ],
  },
  {
    path: '/',
    element: <Shell />,
    HydrateFallback: Loading,
    errorElement: <Crash />,
    children: [
      page('', () => import('./pages/home/home')),
      page('indicators/:id', () => import('./pages/indicator/indicator')),
      page('tasks', () => import('./pages/tasks/tasks')),
      page('clues', () => import('./pages/clues/clues')),
      page('clues/:id', () => import('./pages/clue/clue')),
      page('cases', () => import('./pages/cases/cases')),
      page('cases/new', () => import('./pages/cases/new-case')),
      page('cases/:id', () => import('./pages/case/case')),
      page('subjects', () => import('./pages/subject/find')),
      page('subject/:kind/:id', () => import('./pages/subject/subject')),
      page('models', () => import('./pages/models/models')),
      page('models/:id', () => import('./pages/models/model')),
      page('data', () => import('./pages/data/data')),
      page('access', () => import('./pages/access/access')),
      { path: '*', Component: NotFound },
    ],
  },
])
