import { computed, type MaybeRefOrGetter, type Ref, ref, toValue, watch } from 'vue'
import { currentProject } from './currentProject.ts'
import { keepAtService } from './rememberedAtService.ts'

export interface RememberedOptions<T> {
  /** Whose value it is: a project's reference, or null for a value of the whole program. Default: the open project's. */
  readonly project?: MaybeRefOrGetter<string | null>
  /** Whether what was found has the expected shape; what has not is forgotten. Default: same `typeof` as the default value. */
  readonly accepts?: (value: unknown) => value is T
  /** Fills in what a value of an earlier version lacks. */
  readonly complete?: (value: T) => T
}

/** The key under which localStorage holds it: `mend/NAME` or `mend/PROJECT/NAME`. */
export function rememberedKey(name: string, project: string | null): string {
  return project === null ? `mend/${name}` : `mend/${project}/${name}`
}

/** Reads a remembered value from a storage; the default where there is none or it is of another shape. */
export function readRemembered<T>(
  storage: Pick<Storage, 'getItem'> | null,
  key: string,
  fallback: T,
  accepts?: (value: unknown) => value is T,
): T {
  try {
    const text = storage?.getItem(key) ?? null
    if (text === null) return fallback
    const value: unknown = JSON.parse(text)
    if (accepts !== undefined) return accepts(value) ? value : fallback
    return sameShape(value, fallback) ? value : fallback
  } catch {
    return fallback
  }
}

function sameShape<T>(value: unknown, example: T): value is T {
  return typeof value === typeof example && Array.isArray(value) === Array.isArray(example) && value !== null
}

/** localStorage, or null where the browser has it switched off. */
export function browserStorage(): Storage | null {
  try {
    return globalThis.localStorage ?? null
  } catch {
    return null
  }
}

/**
 * State that survives restarts: filters, sorting, queue position, sizes of panels. A ref whose value is kept in
 * localStorage, and by the service (rememberedAtService.ts), under the project's reference and the given name
 * (`FEATURE.what`, e.g. `data.sort`); another project has its own. Replace the value or change it in place: both are noticed.
 */
export function useRemembered<T>(name: string, initial: () => T, options: RememberedOptions<T> = {}): Ref<T> {
  const project = computed(() => (options.project === undefined ? currentProject.value : toValue(options.project)))
  const key = computed(() => rememberedKey(name, project.value))
  const load = () => {
    const found = readRemembered(browserStorage(), key.value, initial(), options.accepts)
    return options.complete?.(found) ?? found
  }
  const state = ref(load()) as Ref<T>
  let loading = false
  watch(
    key,
    () => {
      loading = true
      state.value = load()
      loading = false
    },
    { flush: 'sync' },
  )
  // At once, so that a change just before the project changes or the window closes is kept.
  watch(state, (now) => loading || write(key.value, now), { deep: true, flush: 'sync' })
  return state
}

function write(key: string, value: unknown): void {
  try {
    browserStorage()?.setItem(key, JSON.stringify(value))
  } catch {
    // The storage is full or switched off: the service still keeps the value.
  }
  keepAtService(key, value)
}
