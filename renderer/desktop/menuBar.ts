import { watch } from 'vue'
import { useCommands } from '../commands/commandTable.ts'
import { desktop, type MenuBarCommand } from './desktopBridge.ts'

/** Keeps the desktop's menu bar like the table of commands, and runs what is chosen there. In a browser: nothing. */
export function useMenuBar(): void {
  const bridge = desktop()
  if (bridge === null) return
  const commands = useCommands()
  bridge.onCommand((id) => void commands.run(id))
  const entries = (): MenuBarCommand[] =>
    commands.all.map(({ id, title, group }) => ({
      id,
      title,
      group,
      key: commands.keys(id)[0] ?? null,
      enabled: commands.isAvailable(id),
    }))
  let sent = ''
  watch(
    entries,
    (now) => {
      const text = JSON.stringify(now)
      if (text !== sent) bridge.setMenuBar(now)
      sent = text
    },
    { immediate: true },
  )
}
