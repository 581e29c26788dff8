import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import type { ScreenName } from '../commands/command.ts'
import { useCommands } from '../commands/commandTable.ts'
import { currentProject } from '../stores/currentProject.ts'
import { useNotices } from '../stores/notices.ts'
import { projectScreens, screenLoader, screenTitles } from './screens.ts'

declare module 'vue-router' {
  interface RouteMeta {
    screen?: ScreenName
  }
}

function route(path: string, screen: ScreenName): RouteRecordRaw[] {
  const component = screenLoader(screen)
  return component === null ? [] : [{ path, name: screen, component, meta: { screen } }]
}

/** `/`, `/settings`, `/p/PROJECT/{data,import,editor,training,suspects,export}`; anything else leads Home. */
export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    ...route('/', 'home'),
    ...route('/settings', 'settings'),
    ...projectScreens.flatMap((screen) => route(`/p/:project/${screen}`, screen)),
    { path: '/p/:project', redirect: (to) => ({ name: 'data', params: to.params }) },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})

router.beforeResolve((to) => {
  const project = typeof to.params['project'] === 'string' ? to.params['project'] : null
  if (project !== null && currentProject.value !== null && project !== currentProject.value) useNotices().forgetUndo()
  currentProject.value = project
})

router.afterEach((to) => {
  const screen = to.meta.screen ?? null
  useCommands().screen = screen
  document.title = screen === null || screen === 'home' ? 'Mend Studio' : `${screenTitles[screen]} · Mend Studio`
})
