/**
 * The service keeps what windows remember, too: localStorage belongs to an address with its port, and `mend serve` may get
 * another port each time. localStorage is what is read while the window lives.
 */
export interface RememberedKeeper {
  /** All that is kept, by localStorage's keys. */
  readonly load: () => Promise<Readonly<Record<string, unknown>>>
  readonly save: (changes: Readonly<Record<string, unknown>>) => Promise<unknown>
}

const prefix = 'mend/'
const restMs = 400
/** A window must open, without its habits if need be, when the service is slow. */
const restoreWithinMs = 1500

let keeper: RememberedKeeper | null = null
let changes: Record<string, unknown> = {}
let timer: ReturnType<typeof setTimeout> | null = null

/** Brings what the service keeps into the storage; from then on changes are kept there. Never rejects. */
export async function restoreRemembered(
  from: RememberedKeeper,
  storage: Pick<Storage, 'setItem'> | null,
): Promise<void> {
  keeper = from
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), restoreWithinMs))
  try {
    const kept = await Promise.race([from.load(), late])
    for (const [key, value] of Object.entries(kept ?? {})) {
      if (key.startsWith(prefix)) storage?.setItem(key, JSON.stringify(value))
    }
  } catch {
    // The service does not answer, or the storage is full: the window has what it remembers itself.
  }
}

/** Hands a changed value to the service, a moment later and together with others. */
export function keepAtService(key: string, value: unknown): void {
  if (keeper === null) return
  // A copy, since the value may go on changing.
  changes[key] = JSON.parse(JSON.stringify(value)) as unknown
  timer ??= setTimeout(() => void flushRemembered(), restMs)
}

/** Hands over what waits; what the service does not take is tried again with the next change. */
export async function flushRemembered(): Promise<void> {
  if (timer !== null) clearTimeout(timer)
  timer = null
  const sent = changes
  if (keeper === null || Object.keys(sent).length === 0) return
  changes = {}
  try {
    await keeper.save(sent)
  } catch {
    changes = { ...sent, ...changes }
  }
}
