/**
 * The service keeps what windows remember, too: localStorage belongs to an address with its port, and `mend serve` may get
 * another port each time. localStorage is what is read while the window lives.
 *
 * A window may go before the service heard of a change. Which keys those are stands in localStorage itself, so that the
 * next window of this address keeps its newer value and hands it over, instead of taking the older one of the service.
 */
export interface RememberedKeeper {
  /** All that is kept, by localStorage's keys. */
  readonly load: () => Promise<Readonly<Record<string, unknown>>>
  /** `leaving`: the window goes, and the request must outlive it. */
  readonly save: (changes: Readonly<Record<string, unknown>>, leaving: boolean) => Promise<unknown>
}

type RememberedStorage = Pick<Storage, 'getItem' | 'setItem'>
/** Key → stamp of its newest change that the service has not confirmed. */
type Unsaved = Readonly<Record<string, string>>

const prefix = 'mend/'
/** Not below the prefix: it is about this address alone. */
const unsavedKey = 'mend-unsaved'
const restoredKey = 'mend-restored'
const restMs = 400
/** A window must open, without its habits if need be, when the service is slow. */
const restoreWithinMs = 1500
/** Browsers let 64 kB outlive a window. */
const leavingLimit = 60_000

let keeper: RememberedKeeper | null = null
let storage: RememberedStorage | null = null
let changes: Record<string, { readonly text: string; readonly stamp: string }> = {}
let timer: ReturnType<typeof setTimeout> | null = null
let stamps = 0

function readUnsaved(): Unsaved {
  try {
    const found: unknown = JSON.parse(storage?.getItem(unsavedKey) ?? '{}')
    return typeof found === 'object' && found !== null ? (found as Unsaved) : {}
  } catch {
    return {}
  }
}

function writeUnsaved(unsaved: Unsaved): void {
  try {
    storage?.setItem(unsavedKey, JSON.stringify(unsaved))
  } catch {
    // The storage is full or switched off: what waits is lost only if the window goes before it is sent.
  }
}

/** Takes over what an earlier window of this address could not hand over. */
function adoptUnsaved(): void {
  for (const [key, stamp] of Object.entries(readUnsaved())) {
    const text = storage?.getItem(key) ?? null
    if (text !== null && key.startsWith(prefix)) changes[key] ??= { text, stamp }
  }
  if (Object.keys(changes).length > 0) timer ??= setTimeout(() => void flushRemembered(), restMs)
}

/**
 * Brings what the service keeps into the storage, save what is newer there; from then on changes are kept at the service.
 * Never rejects.
 */
export async function restoreRemembered(from: RememberedKeeper, into: RememberedStorage | null): Promise<void> {
  keeper = from
  storage = into
  changes = {}
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), restoreWithinMs))
  try {
    const kept = await Promise.race([from.load(), late])
    const unsaved = readUnsaved()
    for (const [key, value] of Object.entries(kept ?? {})) {
      if (key.startsWith(prefix) && !Object.hasOwn(unsaved, key)) storage?.setItem(key, JSON.stringify(value))
    }
    if (kept !== null) storage?.setItem(restoredKey, 'true')
    adoptUnsaved()
  } catch {
    // The service does not answer, or the storage is full: the window has what it remembers itself.
  }
}

/** Whether the storage has had what the service keeps, and has not been emptied since. */
export function wasRestored(of: Pick<Storage, 'getItem'> | null): boolean {
  try {
    return (of?.getItem(restoredKey) ?? null) !== null
  } catch {
    return false
  }
}

/** Hands a changed value to the service, a moment later and together with others. */
export function keepAtService(key: string, value: unknown): void {
  if (keeper === null) return
  // What waits already is known as unsaved. The stamp is no other window's.
  const waiting = changes[key]?.stamp
  const stamp = waiting ?? `${performance.timeOrigin}/${++stamps}`
  // As text, since the value may go on changing.
  changes[key] = { text: JSON.stringify(value), stamp }
  if (waiting === undefined) writeUnsaved({ ...readUnsaved(), [key]: stamp })
  timer ??= setTimeout(() => void flushRemembered(), restMs)
}

/**
 * Hands over what waits; what the service does not take is tried again with the next change, and by the next window.
 * @param leaving the window goes: small changes are sent so that they outlive it.
 */
export async function flushRemembered(leaving = false): Promise<void> {
  if (timer !== null) clearTimeout(timer)
  timer = null
  const sent = leaving ? fitting(changes) : changes
  if (keeper === null || Object.keys(sent).length === 0) return
  changes = Object.fromEntries(Object.entries(changes).filter(([key]) => sent[key] === undefined))
  const values = Object.fromEntries(
    Object.entries(sent).map(([key, { text }]): [string, unknown] => [key, JSON.parse(text)]),
  )
  try {
    await keeper.save(values, leaving)
    // What changed again meanwhile, here or in another window, has another stamp.
    const still = Object.entries(readUnsaved()).filter(([key, stamp]) => sent[key]?.stamp !== stamp)
    writeUnsaved(Object.fromEntries(still))
  } catch {
    changes = { ...sent, ...changes }
  }
}

/** As many of the changes as may outlive the window. */
function fitting(all: typeof changes): typeof changes {
  let room = leavingLimit
  const fits = ([key, { text }]: [string, { readonly text: string }]): boolean => {
    // Quotes within a text are escaped on their way.
    const size = key.length + 2 * text.length
    if (size > room) return false
    room -= size
    return true
  }
  return Object.fromEntries(Object.entries(all).filter(fits))
}
