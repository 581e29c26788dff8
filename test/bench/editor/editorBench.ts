import type { Browser, Page } from 'playwright-core'
import type { EditorWindow } from '../../e2e/browser/editorWindow.ts'

/** What each measurement of the editor is given: a window with the project of `editorProject`. */
export interface EditorBench {
  readonly browser: Browser
  readonly page: Page
  readonly editor: EditorWindow
  readonly log: (message: string) => void
}

/** As long as a quick glance; meanwhile what comes next is loaded. */
export const glanceMs = 350

export const figures = (times: readonly number[]): string => times.map((time) => time.toFixed(1)).join(' ')
