import { rmSync, statSync, utimesSync } from 'node:fs'
import { z } from 'zod'
import { JsonFile } from '../userState/jsonFile.ts'

const crashRecoveryMs = 10 * 60_000
const heartbeatMs = 60_000

/** Digest of a session's secret → until when it is good, milliseconds. */
const kept = z.array(z.tuple([z.string(), z.number()]))

/**
 * Sessions that outlive a crash: windows of a service that was killed go on when it is started again on the same port within
 * ten minutes. Not longer, and not after an orderly end: whoever listens on the port in between is sent the cookies.
 */
export class SessionFile {
  readonly #file: string
  readonly #json: JsonFile<[string, number][]>
  readonly #heartbeat: NodeJS.Timeout

  /** `file` is this service's alone while it lives. */
  constructor(file: string) {
    this.#file = file
    this.#json = new JsonFile(file, kept, [])
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs).unref()
  }

  read(now = Date.now()): [string, number][] {
    const lastAlive = statSync(this.#file, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (now - lastAlive < crashRecoveryMs) return this.#json.read()
    rmSync(this.#file, { force: true })
    return []
  }

  write(sessions: Iterable<readonly [string, number]>): void {
    this.#json.write([...sessions].map(([digest, until]) => [digest, until]))
  }

  /** The service ends in good order: its sessions end with it. */
  remove(): void {
    clearInterval(this.#heartbeat)
    rmSync(this.#file, { force: true })
  }

  #beat(): void {
    try {
      utimesSync(this.#file, new Date(), new Date())
    } catch {
      // No session was begun yet.
    }
  }
}
