import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './ui/tokens.css'
import './ui/base.css'
import './ui/lists.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { client } from './api/client.ts'
import { beginSession } from './api/session.ts'
import StudioApp from './app/StudioApp.vue'
import { router } from './app/router.ts'
import { screenLoader } from './app/screens.ts'
import { screenNames } from './commands/command.ts'
import { browserStorage } from './stores/remembered.ts'
import { flushRemembered, restoreRemembered, wasRestored } from './stores/rememberedAtService.ts'

/** Where the window is, or is about to go. */
let heading = `${location.pathname}${location.search}`
router.beforeEach((to) => {
  heading = to.fullPath
})
// After a new build the window may ask for a part of the old one: it starts anew where it was going to, once.
window.addEventListener('vite:preloadError', (event) => {
  const target = heading
  if (sessionStorage.getItem('mend/reloaded') === target) return
  event.preventDefault()
  // Without a service there would be nothing to come back to: what the window shows stays until it answers again.
  const answers = fetch('/', { method: 'HEAD' }).then((response) => response.ok)
  void answers
    .catch(() => false)
    .then((there) => {
      if (!there) return
      sessionStorage.setItem('mend/reloaded', target)
      location.assign(target)
    })
})
// The screen's code comes while the service answers; the router asks for it again and reports what fails.
const first = location.pathname === '/' ? 'home' : location.pathname.split('/').at(-1)
const screen = screenNames.find((name) => name === first)
if (screen !== undefined) void screenLoader(screen)?.().catch(() => undefined)

// The token must be exchanged, and gone from the address, before the router reads it.
const session = await beginSession()
if (session.state === 'ready') {
  const [navigation] = performance.getEntriesByType('navigation')
  const reloaded = navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload'
  const known = reloaded && wasRestored(browserStorage())
  const restored = restoreRemembered(
    {
      load: () => client.settings.get(),
      save: (changes, leaving) => client.settings.change({ changes }, { context: { keepalive: leaving } }),
    },
    browserStorage(),
  )
  // A window that is loaded again finds what it held itself; what another address changed comes with the next one.
  if (!known) await restored
}
window.addEventListener('pagehide', () => void flushRemembered(true))
createApp(StudioApp, { session }).use(createPinia()).use(router).mount('#app')
