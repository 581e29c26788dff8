import { initialMigration } from './0001_initial.ts'
import type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = [initialMigration]
