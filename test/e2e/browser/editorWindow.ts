import Database from 'better-sqlite3'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { maskOfParts, type PartMask } from '../../../core/dataset/editing/mask.ts'
import type { LabelValue } from '../../../core/dataset/label.ts'
import type { TaskSchema } from '../../../core/dataset/task.ts'
import { decodeLabelValue } from '../../../core/store/labelCodec.ts'

/** On a machine that does other work besides. */
const readyTimeoutMs = 30_000

export interface Place {
  readonly x: number
  readonly y: number
}

export interface StoredRow {
  readonly label: number
  readonly state: string
  readonly origin: string
  readonly value: LabelValue | null
  readonly revisions: number
  /** Reason of the newest revision; null: there is none. */
  readonly why: string | null
}

interface LabelColumns {
  readonly label: number
  readonly state: string
  readonly origin: string
  readonly schema: string
  readonly value: Buffer | null
  readonly asset: string | null
  readonly revisions: number
  readonly why: string | null
}

/** A studio of whichever kind, as the editor's window sees it. */
export interface EditorStudio {
  /** In which the project lies. */
  readonly folder: string
  /** The project's reference, as it stands in addresses. */
  readonly project: string
  /** The address of a page. */
  at(page: string): string
}

/** The editor in a window, driven by a real pointer, with the database read beside the service. */
export class EditorWindow {
  readonly page: Page
  readonly #studio: EditorStudio
  readonly #folder: string
  #stage: Place = { x: 0, y: 0 }

  constructor(studio: EditorStudio, page: Page, project: string) {
    this.#studio = studio
    this.page = page
    this.#folder = path.join(studio.folder, project)
  }

  /** Opens the editor at a person and task, once its labels are drawn. */
  async open(person: number, task: string, more = ''): Promise<void> {
    await this.page.goto(this.#studio.at(`/p/${this.#studio.project}/editor?person=${person}&task=${task}${more}`))
    await this.page.waitForSelector(`.stage[data-image][data-person="${person}"]`, { timeout: 40_000 })
    await this.measured()
  }

  /** Where the stage stands on the page: to be called where `open` was not. */
  async measured(): Promise<void> {
    const frame = await this.page.locator('.stage').boundingBox()
    if (frame === null) throw new Error('the stage is not in sight')
    this.#stage = { x: frame.x, y: frame.y }
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key)
  }

  async #view(): Promise<{ scale: number; x: number; y: number }> {
    const text = (await this.page.locator('.stage').getAttribute('data-view')) ?? ''
    const [scale, x, y] = text.split(' ').map(Number)
    return { scale, x, y }
  }

  /** The whole pixel of the page that is nearest to a place of the image. */
  async pageOf(at: Place): Promise<Place> {
    const { scale, x, y } = await this.#view()
    return { x: Math.round(this.#stage.x + at.x * scale + x), y: Math.round(this.#stage.y + at.y * scale + y) }
  }

  /** The place of the image under a pixel of the page, worked out as the stage must do it. */
  async imageOf(at: Place): Promise<Place> {
    const { scale, x, y } = await this.#view()
    return { x: (at.x - this.#stage.x - x) / scale, y: (at.y - this.#stage.y - y) / scale }
  }

  /** Presses, goes through the places in straight lines and lets go. @returns the places that the pointer really had */
  async stroke(places: readonly Place[]): Promise<Place[]> {
    const had = await this.beginStroke(places)
    await this.page.mouse.up()
    return had
  }

  /** Presses and draws as far as the places go, the button still down. @returns the places that the pointer really had */
  async beginStroke(places: readonly Place[]): Promise<Place[]> {
    const had: Place[] = []
    for (const [at, place] of places.entries()) {
      const point = await this.pageOf(place)
      await this.page.mouse.move(point.x, point.y)
      if (at === 0) await this.page.mouse.down()
      had.push(await this.imageOf(point))
    }
    return had
  }

  /** Clicks on a place. @returns the place that the pointer really had */
  async click(place: Place, modifiers: readonly ('Shift' | 'Alt')[] = []): Promise<Place> {
    for (const key of modifiers) await this.page.keyboard.down(key)
    const [had] = await this.stroke([place])
    for (const key of modifiers) await this.page.keyboard.up(key)
    return had
  }

  async hover(place: Place): Promise<void> {
    const point = await this.pageOf(place)
    await this.page.mouse.move(point.x, point.y)
  }

  /** Waits until everything is stored. */
  async saved(): Promise<void> {
    await this.page.waitForSelector('.stage[data-saving="saved"]')
  }

  /** Waits until the image's mask can be drawn into: the cursor over the stage says so. */
  async readyToPaint(over: Place): Promise<void> {
    const until = performance.now() + readyTimeoutMs
    // The tool looks again when the pointer moves.
    for (let aside = 0; performance.now() < until; aside = 1 - aside) {
      await this.hover({ x: over.x + aside, y: over.y })
      const style = (await this.page.locator('.stage').getAttribute('style')) ?? ''
      if (!style.includes('not-allowed')) return
      await this.page.waitForTimeout(50)
    }
    throw new Error('the mask cannot be drawn into')
  }

  read<T>(sql: string, ...parameters: readonly (string | number)[]): T {
    const database = new Database(path.join(this.#folder, 'project.db'), { readonly: true })
    try {
      return database.prepare<unknown[], T>(sql).get(...parameters) as T
    } finally {
      database.close()
    }
  }

  /** The label in force of a person and task, as the database has it; undefined: there is none. */
  row(person: number, task: string): StoredRow | undefined {
    const found = this.read<LabelColumns | undefined>(
      `SELECT label.id AS label, state, origin, task.schema, value, asset,
         (SELECT count(*) FROM label_revision WHERE label_id = label.id) AS revisions,
         (SELECT reason FROM label_revision WHERE label_id = label.id ORDER BY id DESC LIMIT 1) AS why
       FROM label JOIN task ON task.id = label.task_id WHERE person_id = ? AND task.name = ? AND current = 1`,
      person,
      task,
    )
    if (found === undefined) return undefined
    const { schema, value, asset, ...row } = found
    const bytes =
      value ?? (asset === null ? null : readFileSync(path.join(this.#folder, 'assets', asset.slice(0, 2), asset)))
    return { ...row, value: bytes === null ? null : decodeLabelValue(JSON.parse(schema) as TaskSchema, bytes) }
  }

  joints(person: number, task = 'keypoints'): { x: number; y: number; v: number }[] {
    const value = this.row(person, task)?.value
    if (value?.kind !== 'keypoints') throw new Error('no joints are stored')
    return value.joints.map(({ x, y, v }) => ({ x, y, v }))
  }

  /** The part map of a person over the whole image. */
  mask(person: number, task = 'parts'): PartMask {
    const { width, height } = this.read<{ width: number; height: number }>(
      'SELECT image.width, image.height FROM image JOIN person ON person.image_id = image.id WHERE person.id = ?',
      person,
    )
    const value = this.row(person, task)?.value ?? null
    if (value !== null && value.kind !== 'parts') throw new Error('no part map is stored')
    return maskOfParts(value, width, height)
  }

  box(person: number): { x: number; y: number; width: number; height: number } {
    return this.read('SELECT x, y, width, height FROM person WHERE id = ?', person)
  }
}
