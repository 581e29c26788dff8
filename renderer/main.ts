import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './ui/tokens.css'
import './ui/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { beginSession } from './api/session.ts'
import StudioApp from './app/StudioApp.vue'
import { router } from './app/router.ts'

// The token must be exchanged, and gone from the address, before the router reads it.
const session = await beginSession()
createApp(StudioApp, { session }).use(createPinia()).use(router).mount('#app')
