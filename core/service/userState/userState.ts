import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { z } from 'zod'
import { mendHome } from '../../tensor/engines/mendHome.mjs'
import { JsonFile } from './jsonFile.ts'

const recentKept = 30
const settingKey = z.string().min(1).max(100)

const recents = z.array(z.object({ folder: z.string(), openedAt: z.string() }))
const settings = z.record(settingKey, z.unknown())
const secret = z.object({ key: z.string().regex(/^[0-9a-f]{64}$/) })

export type RecentFolder = z.infer<typeof recents>[number]

/** What belongs to the user and to no project: recent projects, settings, the key of references. */
export class UserState {
  /** Folder of it all; also where samples and logs go. */
  readonly folder: string
  readonly #recents: JsonFile<RecentFolder[]>
  readonly #settings: JsonFile<Record<string, unknown>>
  readonly #secret: JsonFile<{ key: string } | null>

  /** `folder` missing: the user's own, see mendHome. Nothing is made before something is written. */
  constructor(folder: string = mendHome()) {
    this.folder = folder
    const file = (name: string): string => path.join(folder, 'studio', name)
    this.#recents = new JsonFile(file('recent.json'), recents, [])
    this.#settings = new JsonFile(file('settings.json'), settings, {})
    this.#secret = new JsonFile(file('references.json'), secret.nullable(), null)
  }

  get samplesFolder(): string {
    return path.join(this.folder, 'samples')
  }

  get logFile(): string {
    return path.join(this.folder, 'studio', 'service.log')
  }

  /** Sessions of the service on a port, see http/sessionFile.ts. */
  sessionsFile(port: number): string {
    return path.join(this.folder, 'studio', `sessions-${port}.json`)
  }

  /** Newest first. */
  recentProjects(): RecentFolder[] {
    return this.#recents.read()
  }

  noteOpened(folder: string): void {
    const others = this.#recents.read().filter((recent) => recent.folder !== folder)
    this.#recents.write([{ folder, openedAt: new Date().toISOString() }, ...others].slice(0, recentKept))
  }

  /** @returns false where the list did not have it */
  forget(folder: string): boolean {
    const before = this.#recents.read()
    const after = before.filter((recent) => recent.folder !== folder)
    if (after.length < before.length) this.#recents.write(after)
    return after.length < before.length
  }

  settings(): Record<string, unknown> {
    return this.#settings.read()
  }

  /** Sets some settings; null takes one away. @returns all of them */
  changeSettings(changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const merged = Object.entries({ ...this.#settings.read(), ...changes }).filter(([, value]) => value !== null)
    const next = Object.fromEntries(merged)
    this.#settings.write(next)
    return next
  }

  /** 256 bits, kept, so that a project has the same reference after the service started anew. */
  referenceKey(): Buffer {
    const kept = this.#secret.read()
    if (kept !== null) return Buffer.from(kept.key, 'hex')
    const key = randomBytes(32)
    this.#secret.write({ key: key.toString('hex') })
    return key
  }
}
