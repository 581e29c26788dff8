import { defineStore } from 'pinia'
import { computed, onBeforeUnmount, ref, shallowReactive, shallowRef, watch } from 'vue'
import { useNotices } from '../stores/notices.ts'
import { useRemembered } from '../stores/remembered.ts'
import { shellCommands } from '../app/commands.ts'
import type { Command, CommandHandler, ScreenName } from './command.ts'
import { type KeyPress, keyName } from './keys.ts'
import { commandsForKey, duplicateIds, keyConflicts, keysOf } from './matching.ts'
import { keyTargetOf, takesText, usesKey } from './typing.ts'

/** Every feature's commands, found by the files' names; they are small and load with the window. */
const featureFiles = import.meta.glob<{ readonly commands: readonly Command[] }>('../features/*/commands.ts', {
  eager: true,
})

const commands: readonly Command[] = [...shellCommands, ...Object.values(featureFiles).flatMap((file) => file.commands)]

const twice = duplicateIds(commands)
if (twice.length > 0) throw new Error(`command ids are used twice: ${twice.join(', ')}`)

const isOverrides = (value: unknown): value is Record<string, string[]> =>
  typeof value === 'object' && value !== null && Object.values(value).every((keys) => Array.isArray(keys))

/** The one table that menus, palette, keys, help and the desktop's menu bar read. */
export const useCommands = defineStore('commands', () => {
  const overrides = useRemembered<Record<string, string[]>>('keys', () => ({}), { project: null, accepts: isOverrides })
  const handlers = shallowReactive(new Map<string, readonly CommandHandler[]>())
  const screen = ref<ScreenName | null>(null)
  /** Open layers (dialogs, the palette) that keep screens' keys from firing beneath them. */
  const layers = ref(0)
  /** Whether keys are being recorded in the settings. */
  const recording = shallowRef(false)
  const notices = useNotices()
  const byId = new Map(commands.map((command) => [command.id, command]))
  const conflicts = computed(() => keyConflicts(commands, overrides.value))

  function bind(id: string, handler: CommandHandler): () => void {
    if (!byId.has(id)) throw new Error(`no command is called ${id}: declare it in its feature's commands.ts`)
    handlers.set(id, [...(handlers.get(id) ?? []), handler])
    return () => {
      const left = (handlers.get(id) ?? []).filter((each) => each !== handler)
      if (left.length === 0) handlers.delete(id)
      else handlers.set(id, left)
    }
  }

  /** The handler in force: the one bound last that can act now. */
  function handlerOf(id: string): CommandHandler | null {
    return (handlers.get(id) ?? []).findLast((handler) => handler.enabled?.() ?? true) ?? null
  }

  function isAvailable(id: string): boolean {
    return handlerOf(id) !== null
  }

  /** Carries a command out; a failure becomes a notice. Returns whether there was anybody to do it. */
  function run(id: string): boolean {
    const handler = handlerOf(id)
    if (handler === null) return false
    void (async () => {
      try {
        await handler.run()
      } catch (error) {
        notices.failed(`“${byId.get(id)?.title.replace('…', '') ?? id}” did not work`, error)
      }
    })()
    return true
  }

  /** Keys in force for a command, as the settings have them. */
  function keys(id: string): readonly string[] {
    const command = byId.get(id)
    return command === undefined ? [] : keysOf(command, overrides.value)
  }

  function setKeys(id: string, chosen: readonly string[] | null): void {
    const { [id]: _former, ...others } = overrides.value
    overrides.value = chosen === null ? others : { ...others, [id]: [...chosen] }
  }

  /** Gives a key press to the command that has it; true when one took it. */
  function press(event: KeyPress & Pick<KeyboardEvent, 'repeat' | 'target' | 'defaultPrevented'>): boolean {
    if (event.defaultPrevented || recording.value) return false
    const key = keyName(event)
    if (key === null) return false
    const target = keyTargetOf(event.target)
    const typing = takesText(target)
    for (const command of commandsForKey(commands, overrides.value, key, screen.value)) {
      if (typing && command.whileTyping !== true) continue
      if (layers.value > 0 && command.whileTyping !== true) continue
      if (usesKey(target, key)) continue
      if (event.repeat && command.repeats !== true) {
        if (isAvailable(command.id)) return true
        continue
      }
      if (run(command.id)) return true
    }
    return false
  }

  return {
    all: commands,
    overrides,
    conflicts,
    screen,
    layers,
    recording,
    bind,
    isAvailable,
    run,
    keys,
    setKeys,
    press,
  }
})

/**
 * Binds what the calling component can do, until it is unmounted: `useCommandHandlers({ 'data.selectAll': selectAll,
 * 'data.delete': { run: remove, enabled: () => selection.size > 0 } })`. The component mounted last wins.
 */
export function useCommandHandlers(bound: Readonly<Record<string, CommandHandler | CommandHandler['run']>>): void {
  const table = useCommands()
  const undo = Object.entries(bound).map(([id, handler]) =>
    table.bind(id, typeof handler === 'function' ? { run: handler } : handler),
  )
  onBeforeUnmount(() => undo.forEach((each) => each()))
}

/** Keeps the screens' keys silent while `open()` is true: for dialogs and the palette. */
export function useKeyLayer(open: () => boolean): void {
  const table = useCommands()
  let counted = false
  const count = (now: boolean) => {
    if (now === counted) return
    counted = now
    table.layers += now ? 1 : -1
  }
  watch(open, count, { immediate: true, flush: 'sync' })
  onBeforeUnmount(() => count(false))
}
