import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { type ChosenPlace, desktop, type PlaceKind } from '../desktop/desktopBridge.ts'

export interface PlaceRequest {
  /** What is asked for: "Open a project". */
  readonly title: string
  readonly kind: PlaceKind
  /** What the button says: "Open". */
  readonly confirm: string
}

interface PendingRequest extends PlaceRequest {
  readonly settle: (chosen: ChosenPlace | null) => void
}

/** Asks for a folder or file: by the system's dialog on the desktop, by a list of the service's folders in a browser. */
export const usePlaceChooser = defineStore('placeChooser', () => {
  const pending = shallowRef<PendingRequest | null>(null)

  /** Resolves with what was chosen, or null when nothing was. One question at a time: a new one withdraws the old. */
  function choose(request: PlaceRequest): Promise<ChosenPlace | null> {
    const bridge = desktop()
    if (bridge !== null) return bridge.choosePlace({ title: request.title, kind: request.kind })
    answer(null)
    return new Promise((settle) => (pending.value = { ...request, settle }))
  }

  function answer(chosen: ChosenPlace | null): void {
    pending.value?.settle(chosen)
    pending.value = null
  }

  return { pending, choose, answer }
})
