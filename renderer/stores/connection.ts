import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { client } from '../api/client.ts'
import { type ConnectionState, onConnection } from '../api/connectionEvents.ts'

const firstRetryMs = 500
const longestRetryMs = 5000

/**
 * Whether the service answers. When it does not, screens keep what they show, the status bar says so, and this asks again
 * until it answers; `returns` counts its returns, so that a screen can watch it to load anew.
 */
export const useConnection = defineStore('connection', () => {
  const state = ref<ConnectionState>('connected')
  const lostAt = ref<Date | null>(null)
  const returns = ref(0)
  let retryMs = firstRetryMs
  let timer: ReturnType<typeof setTimeout> | null = null

  function change(next: ConnectionState): void {
    const before = state.value
    if (next === before) return
    state.value = next
    if (next === 'lost') {
      lostAt.value = new Date()
      retryMs = firstRetryMs
      askLater()
    } else if (timer !== null) {
      clearTimeout(timer)
      timer = null
    }
    if (next === 'connected') {
      lostAt.value = null
      returns.value += 1
    }
  }

  function askLater(): void {
    timer = setTimeout(() => void ask(), retryMs)
    retryMs = Math.min(retryMs * 2, longestRetryMs)
  }

  /** Asks at once whether the service is back. */
  async function ask(): Promise<void> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    try {
      await client.jobs.list()
    } catch {
      if (state.value === 'lost') askLater()
    }
  }

  onConnection(change)
  const connected = computed(() => state.value === 'connected')
  return { state, connected, lostAt, returns, ask }
})
