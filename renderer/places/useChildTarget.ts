import { onScopeDispose, shallowRef, watch } from 'vue'
import type { ChildPlace } from '../../core/api/place.ts'
import { client } from '../api/client.ts'
import type { ChosenPlace } from '../desktop/desktopBridge.ts'

/** A name may follow a slider or be typed: the service is asked once it rests. */
const pauseMs = 150

/** Where something new would be written, by a chosen folder and a name in it, and whether something is there already. */
export function useChildTarget(folder: () => ChosenPlace | null, name: () => string) {
  const target = shallowRef<ChildPlace | null>(null)
  const targetProblem = shallowRef<unknown>(null)
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  /** Until the answer is there, nothing may be written to where the name before would have led. */
  function forget(): number {
    if (timer !== null) clearTimeout(timer)
    timer = null
    target.value = null
    targetProblem.value = null
    return ++turn
  }

  async function findTarget(): Promise<void> {
    const mine = forget()
    const [place, child] = [folder(), name().trim()]
    if (place === null || child === '') return
    try {
      const found = await client.places.child({ place: place.place, name: child })
      if (mine === turn) target.value = found
    } catch (error) {
      if (mine === turn) targetProblem.value = error
    }
  }

  watch([folder, name], () => {
    forget()
    timer = setTimeout(() => void findTarget(), pauseMs)
  })
  onScopeDispose(forget)
  return { target, targetProblem, findTarget }
}
