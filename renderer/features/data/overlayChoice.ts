import { useRemembered } from '../../stores/remembered.ts'

/** What hides the picture is drawn when asked for: a colour map over all of it, words over the person. */
const offAtFirst = ['depth', 'normals', 'attributes']

/** Which labels are drawn over pictures; other tasks than those are drawn until somebody switches them off. */
export function useOverlayChoice() {
  const off = useRemembered<string[]>('data.overlaysOff', () => [...offAtFirst])
  const box = useRemembered('data.overlayBox', () => false)
  const hidden = useRemembered('data.overlayHidden', () => false)

  const isShown = (task: string): boolean => !off.value.includes(task)
  function toggle(task: string): void {
    off.value = isShown(task) ? [...off.value, task] : off.value.filter((one) => one !== task)
  }
  const toggleBox = (): void => void (box.value = !box.value)
  const shown = (tasks: readonly string[]): string[] => (hidden.value ? [] : tasks.filter(isShown))
  return { box, hidden, isShown, toggle, toggleBox, shown }
}

export type OverlayChoice = ReturnType<typeof useOverlayChoice>
