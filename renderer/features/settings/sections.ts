/** Sections of the settings, in their order. */
export const settingsSections = ['engines', 'keys', 'appearance', 'storage', 'privacy'] as const
export type SettingsSection = (typeof settingsSections)[number]

export function isSettingsSection(value: unknown): value is SettingsSection {
  return settingsSections.some((section) => section === value)
}
