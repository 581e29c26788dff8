import { ServiceHost, type ServiceHostOptions } from './serviceHost.ts'
import { ServiceRequests } from './serviceRequests.ts'

const placesKept = 500

/**
 * The service as the window may use it: what a person has chosen is made known again to a service that was started anew,
 * before the window asks it anything.
 */
export class StudioService {
  readonly host: ServiceHost
  readonly requests: ServiceRequests
  readonly #chosen = new Set<string>()
  #usable: Promise<void>

  constructor(options: ServiceHostOptions) {
    this.host = new ServiceHost(options)
    this.requests = new ServiceRequests(this.host.address)
    this.#usable = this.#whenUsable()
    this.host.onState(({ state }) => {
      if (state === 'restarting') this.#usable = Promise.reject(new Error('the service is being started again'))
      else if (state === 'starting' || state === 'ready') this.#usable = this.#whenUsable()
      this.#usable.catch(() => undefined)
    })
  }

  /** Resolves when the window may ask the service; rejects at once while it is down. */
  usable(): Promise<void> {
    return this.#usable
  }

  /** The reference of what a person chose in a dialog, dropped, or named on the command line. */
  async choose(path: string): Promise<string> {
    const reference = await this.requests.reference(path)
    this.#chosen.delete(path)
    this.#chosen.add(path)
    for (const oldest of this.#chosen) {
      if (this.#chosen.size <= placesKept) break
      this.#chosen.delete(oldest)
    }
    return reference
  }

  async #whenUsable(): Promise<void> {
    await this.host.whenReady()
    // What is gone meanwhile is not granted again, and that is all.
    await Promise.allSettled([...this.#chosen].map((path) => this.requests.reference(path)))
  }
}
