import { afterAll, beforeAll, expect, it } from 'vitest'
import { EditorWindow } from './editorWindow.ts'
import { openWindow, Studio, type StudioWindow } from './studio.ts'

export interface EditorProject {
  readonly studio: Studio
  readonly window: StudioWindow
  readonly editor: EditorWindow
}

export interface EditorProjectOptions {
  /** Pixels of each picture, height × width. */
  readonly size?: string
  readonly seed?: number
  /** Options of `mend train`, where the tests need a run and its suspects. */
  readonly train?: readonly string[]
}

/** A project of so many synthetic people, served and open in Chromium for the tests around. */
export function useEditorProject(
  people: number,
  { size = '256x128', seed = 4, train }: EditorProjectOptions = {},
): EditorProject {
  let studio: Studio | null = null
  let window: StudioWindow | null = null
  let editor: EditorWindow | null = null
  const there = <T>(value: T | null): T => {
    if (value === null) throw new Error('the project is not open yet')
    return value
  }
  beforeAll(async () => {
    studio = await Studio.prepare({ projects: ['demo.mend'] })
    const made = ['--people', String(people), '--seed', String(seed), '--size', size]
    await studio.mend('synth', 'demo.mend', '--profile', 'full', ...made)
    if (train !== undefined) await studio.mend('train', 'demo.mend', ...train)
    await studio.serve()
    window = await openWindow(studio)
    editor = new EditorWindow(studio, window.page, 'demo.mend')
  }, 240_000)
  afterAll(async () => {
    await window?.browser.close()
    await studio?.dispose()
  })
  return {
    get studio() {
      return there(studio)
    },
    get window() {
      return there(window)
    },
    get editor() {
      return there(editor)
    },
  }
}

/** The last test of a file. */
export function itLeavesNoError(project: EditorProject): void {
  it('has done all this without an error in the page', () => {
    expect(project.window.problems).toEqual([])
  })
}

/** Indices at which two lists differ. */
export function differing(a: readonly object[], b: readonly object[]): number[] {
  return a.flatMap((one, at) => (JSON.stringify(one) === JSON.stringify(b[at]) ? [] : [at]))
}
