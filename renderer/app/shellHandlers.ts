import { ref, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { useCommandHandlers } from '../commands/commandTable.ts'
import { useAppearance } from '../stores/appearance.ts'
import { currentProject } from '../stores/currentProject.ts'
import { useNotices } from '../stores/notices.ts'
import { settingsSections } from '../features/settings/sections.ts'
import { projectScreens, screenLoader } from './screens.ts'

/** Binds the frame's own commands; returns what they open. */
export function useShellHandlers(): { readonly paletteOpen: Ref<boolean>; readonly helpOpen: Ref<boolean> } {
  const router = useRouter()
  const appearance = useAppearance()
  const notices = useNotices()
  const paletteOpen = ref(false)
  const helpOpen = ref(false)
  const goTo = projectScreens
    .filter((screen) => screenLoader(screen) !== null)
    .map((screen) => [
      `go.${screen}`,
      {
        run: async () => void (await router.push({ name: screen, params: { project: currentProject.value } })),
        enabled: () => currentProject.value !== null,
      },
    ])
  useCommandHandlers({
    'studio.palette': () => void (paletteOpen.value = !paletteOpen.value),
    'studio.help': () => void (helpOpen.value = !helpOpen.value),
    'studio.settings': async () => void (await router.push('/settings')),
    ...Object.fromEntries(
      settingsSections.map((section) => [
        `settings.${section}`,
        async () => void (await router.push({ path: '/settings', query: { section } })),
      ]),
    ),
    'edit.undo': { run: () => notices.undo(), enabled: () => notices.canUndo },
    'view.theme': () => void (appearance.theme = appearance.resolved === 'dark' ? 'light' : 'dark'),
    'go.home': async () => void (await router.push('/')),
    ...Object.fromEntries(goTo),
  })
  return { paletteOpen, helpOpen }
}
