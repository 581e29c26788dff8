import type { Component } from 'vue'
import type { ScreenName } from '../commands/command.ts'

/** Every feature's screen, found by its file's name and loaded when it is first shown. */
const files = import.meta.glob<{ readonly default: Component } | undefined>('../features/*/*Screen.vue')

const screenFiles: Readonly<Record<ScreenName, string>> = {
  home: '../features/projects/HomeScreen.vue',
  data: '../features/data/DataScreen.vue',
  import: '../features/import/ImportScreen.vue',
  editor: '../features/editor/EditorScreen.vue',
  training: '../features/training/TrainingScreen.vue',
  suspects: '../features/suspects/SuspectsScreen.vue',
  export: '../features/export/ExportScreen.vue',
  settings: '../features/settings/SettingsScreen.vue',
}

export const screenTitles: Readonly<Record<ScreenName, string>> = {
  home: 'Home',
  data: 'Data',
  import: 'Import & merge',
  editor: 'Editor',
  training: 'Training',
  suspects: 'Suspects',
  export: 'Export',
  settings: 'Settings',
}

export type ScreenLoader = () => Promise<{ readonly default: Component }>

/** Of a window that starts anew (main.ts): it goes nowhere any more. */
const never = new Promise<never>(() => undefined)

/** Loads a screen's code; null when this build has no such screen. */
export function screenLoader(name: ScreenName): ScreenLoader | null {
  const load = files[screenFiles[name]]
  if (load === undefined) return null
  // Nothing is loaded where the code is lost and the window starts anew.
  return async () => (await load()) ?? never
}

/** Screens of a project, in the rail's order. */
export const projectScreens = [
  'data',
  'import',
  'editor',
  'training',
  'suspects',
  'export',
] as const satisfies ScreenName[]
export type ProjectScreen = (typeof projectScreens)[number]
