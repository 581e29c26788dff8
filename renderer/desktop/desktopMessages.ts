import { watch } from 'vue'
import { useRouter } from 'vue-router'
import { client } from '../api/client.ts'
import { StudioError } from '../api/studioError.ts'
import { tokenColour, useAppearance } from '../stores/appearance.ts'
import { useConnection } from '../stores/connection.ts'
import { useNotices } from '../stores/notices.ts'
import { useProjects } from '../stores/projects.ts'
import { desktop } from './desktopBridge.ts'

/** Does what the desktop tells its window, and tells it the theme. In a browser: nothing. */
export function useDesktopMessages(): void {
  const bridge = desktop()
  if (bridge === null) return
  const router = useRouter()
  const projects = useProjects()
  const notices = useNotices()
  const connection = useConnection()
  const appearance = useAppearance()

  async function open(place: string): Promise<void> {
    try {
      const { project, name } = await client.projects.open({ place })
      projects.remember(project, name)
      await router.push(`/p/${encodeURIComponent(project)}/data`)
    } catch (error) {
      notices.failed('The project could not be opened', error)
    }
  }

  bridge.onMessage((message) => {
    if (message.type === 'open') void open(message.place)
    else if (message.type === 'page') void router.push(message.page)
    else if (message.type === 'notice') {
      // The window need not wait for its next attempt.
      if (!connection.connected) void connection.ask()
      notices.tell(message.text)
    } else {
      notices.failed(message.what, new StudioError({ code: 'desktop', message: message.why, hint: '' }))
    }
  })
  watch(
    () => [appearance.theme, appearance.resolved] as const,
    ([theme]) => bridge.setTheme({ theme, background: tokenColour('--bg-0') }),
    { immediate: true, flush: 'post' },
  )
}
