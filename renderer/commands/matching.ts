import type { Command, ScreenName } from './command.ts'

/** Keys that somebody chose, by command; an empty list takes a command's keys away. */
export type KeyOverrides = Readonly<Record<string, readonly string[]>>

/** Keys in force for a command. */
export function keysOf(command: Command, overrides: KeyOverrides): readonly string[] {
  return overrides[command.id] ?? command.keys
}

/** Commands whose key this is on this screen, those of the screen before those of everywhere. */
export function commandsForKey(
  commands: readonly Command[],
  overrides: KeyOverrides,
  key: string,
  screen: ScreenName | null,
): Command[] {
  const matching = commands.filter((command) => keysOf(command, overrides).includes(key) && appliesOn(command, screen))
  return matching.sort((a, b) => Number(a.when === undefined) - Number(b.when === undefined))
}

/** Whether the command's keys count on the screen. */
export function appliesOn(command: Command, screen: ScreenName | null): boolean {
  return command.when === undefined || (screen !== null && command.when.includes(screen))
}

export interface KeyConflict {
  readonly key: string
  readonly commands: readonly Command[]
}

/**
 * Keys that stand for several commands on one screen. A screen's own command that takes over a key of everywhere (Z in
 * the suspects' queue) is no conflict: the screen's comes first.
 */
export function keyConflicts(commands: readonly Command[], overrides: KeyOverrides): KeyConflict[] {
  const byKey = new Map<string, Command[]>()
  for (const command of commands) {
    for (const key of new Set(keysOf(command, overrides))) byKey.set(key, [...(byKey.get(key) ?? []), command])
  }
  const conflicts: KeyConflict[] = []
  for (const [key, sharing] of byKey) {
    const clashing = sharing.filter((a) => sharing.some((b) => a !== b && collide(a, b)))
    if (clashing.length > 0) conflicts.push({ key, commands: clashing })
  }
  return conflicts
}

function collide(a: Command, b: Command): boolean {
  if (a.when === undefined || b.when === undefined) return a.when === b.when
  return a.when.some((screen) => b.when?.includes(screen))
}

/** Ids that two commands share: a defect of the program. */
export function duplicateIds(commands: readonly Command[]): string[] {
  const seen = new Set<string>()
  return commands.map((command) => command.id).filter((id) => seen.size === seen.add(id).size)
}
