import type { Page } from 'playwright-core'
import type { EditorWindow } from './editorWindow.ts'

export interface StoredSuspect {
  readonly person: number
  readonly decision: string | null
  readonly state: string
  /** Its place in the queue, from the worst. */
  readonly rank: number
}

/** The label of the suspect that is chosen on the Suspects screen; 0: none is, at this moment. */
export function chosenSuspect(page: Page): Promise<number> {
  return page
    .locator('[id^="suspect-"][aria-selected="true"]')
    .first()
    .getAttribute('id', { timeout: 1000 })
    .then(
      (id) => Number(id?.replace('suspect-', '')),
      () => 0,
    )
}

/** What the database has of a label that is suspect. */
export function storedSuspect(editor: EditorWindow, label: number): StoredSuspect {
  return editor.read(
    `SELECT label.person_id AS person, decision, state, rank FROM suspect JOIN label ON label.id = suspect.label_id
     WHERE label.id = ?`,
    label,
  )
}
