import { initialMigration } from './0001_initial.ts'
import { suspectReviewMigration } from './0002_suspect_review.ts'
import { runHistoryMigration } from './0003_run_history.ts'
import { browsingMigration } from './0004_browsing.ts'
import { plantedErrorsMigration } from './0005_planted_errors.ts'
import { gesturesMigration } from './0006_gestures.ts'
import { runSetsMigration } from './0007_run_sets.ts'
import { templatesMigration } from './0008_templates.ts'
import { bulkPartsMigration } from './0009_bulk_parts.ts'
import { normalsMigration } from './0010_normals.ts'
import type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = [
  initialMigration,
  suspectReviewMigration,
  runHistoryMigration,
  browsingMigration,
  plantedErrorsMigration,
  gesturesMigration,
  runSetsMigration,
  templatesMigration,
  bulkPartsMigration,
  normalsMigration,
]
