import { z } from 'zod'

/** The user's settings, by name; what a window keeps there is its own affair. Kept small: settings, not data. */
export const settingName = z.string().min(1).max(100)
const valueLimit = 100_000

export const settings = z.record(settingName, z.unknown())
export const changeSettingsInput = z.object({
  /** Null takes a setting away. */
  changes: settings.refine((changes) => JSON.stringify(changes).length <= valueLimit, 'settings of at most 100 kB'),
})

/** The program and where it keeps things, to be shown. */
export const about = z.object({
  version: z.string(),
  node: z.string(),
  platform: z.string(),
  shownDataFolder: z.string(),
  shownLogFile: z.string(),
})
export type About = z.infer<typeof about>
