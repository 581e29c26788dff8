import type { Page } from 'playwright-core'

/** A picture of one tool of the editor at work; taken at one size, in both themes. */
export interface EditorShot {
  readonly name: string
  /** Task of the sample that is worked on. */
  readonly task: string
  readonly arrange: (page: Page) => Promise<void>
}

/** Moves the pointer about the person, who fills the stage's height: in shares of it, from the left and the top. */
async function point(page: Page, across: number, down: number): Promise<void> {
  const frame = await page.locator('.stage').boundingBox()
  if (frame === null) throw new Error('the stage is not in sight')
  const left = frame.x + frame.width / 2 - frame.height / 4
  await page.mouse.move(left + (across * frame.height) / 2, frame.y + down * frame.height)
}

/** Draws through places with the button down, and leaves it down: a picture shows the gesture in hand. */
async function draw(page: Page, places: readonly (readonly [number, number])[]): Promise<void> {
  for (const [at, [across, down]] of places.entries()) {
    await point(page, across, down)
    if (at === 0) await page.mouse.down()
  }
}

async function corners(page: Page, places: readonly (readonly [number, number])[]): Promise<void> {
  for (const [across, down] of places) {
    await point(page, across, down)
    await page.mouse.down()
    await page.mouse.up()
  }
}

/** It may be shown already: the editor remembers it. */
async function showGuess(page: Page): Promise<void> {
  const shown = page.getByRole('switch', { name: 'Show the model’s guess' })
  if (!(await shown.isChecked())) await shown.click()
}

const outline = [
  [0.3, 0.25],
  [0.7, 0.25],
  [0.75, 0.45],
  [0.5, 0.55],
] as const

export const editorShots: readonly EditorShot[] = [
  {
    name: 'editor-joints',
    task: 'keypoints',
    arrange: async (page) => {
      await page.locator('section[aria-label^="Joints of"] button').nth(6).click()
      await point(page, 0.62, 0.4)
    },
  },
  { name: 'editor-hull', task: 'keypoints', arrange: (page) => page.keyboard.press('u') },
  {
    name: 'editor-template',
    task: 'keypoints',
    arrange: async (page) => {
      await page.keyboard.press('Shift+K')
      await page.locator('.joints input.name').nth(3).click()
    },
  },
  {
    name: 'editor-brush',
    task: 'parts',
    arrange: async (page) => {
      await page.keyboard.press('b')
      await draw(page, [
        [0.4, 0.3],
        [0.6, 0.4],
      ])
    },
  },
  {
    name: 'editor-eraser',
    task: 'parts',
    arrange: async (page) => {
      await page.keyboard.press('e')
      await point(page, 0.5, 0.4)
    },
  },
  {
    name: 'editor-polygon',
    task: 'parts',
    arrange: async (page) => {
      await page.keyboard.press('p')
      await corners(page, outline)
      await point(page, 0.35, 0.5)
    },
  },
  {
    name: 'editor-fill',
    task: 'parts',
    arrange: async (page) => {
      await page.keyboard.press('g')
      await point(page, 0.5, 0.35)
    },
  },
  {
    name: 'editor-prediction',
    task: 'parts',
    arrange: async (page) => {
      await showGuess(page)
      await point(page, 0.5, 0.35)
    },
  },
  { name: 'editor-box', task: 'keypoints', arrange: (page) => page.keyboard.press('w') },
  {
    name: 'editor-attributes',
    task: 'attributes',
    arrange: async (page) => {
      await page.keyboard.press('q')
      await showGuess(page)
    },
  },
  {
    name: 'editor-identity',
    task: 'identity',
    arrange: async (page) => {
      await page.keyboard.press('i')
      await page.keyboard.type('0')
    },
  },
  {
    name: 'editor-depth',
    task: 'depth',
    arrange: async (page) => {
      await page.keyboard.press('j')
      await corners(page, outline)
    },
  },
]
