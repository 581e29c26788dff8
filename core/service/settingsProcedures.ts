import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { implementation } from './implementation.ts'
import { shown } from './places.ts'

const packageFile = new URL('../../package.json', import.meta.url)

function version(): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(packageFile, 'utf8'))).version
}

export const settingsProcedures = {
  get: implementation.settings.get.handler(({ context }) => context.service.userState.settings()),
  change: implementation.settings.change.handler(({ input, context }) =>
    context.service.userState.changeSettings(input.changes),
  ),
  about: implementation.settings.about.handler(({ context }) => ({
    version: version(),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    shownDataFolder: shown(context.service.userState.folder),
    shownLogFile: shown(context.service.userState.logFile),
  })),
}
