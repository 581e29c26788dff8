import { computed, onBeforeUnmount, shallowRef, watch } from 'vue'
import { partCells } from '../../overlays/rasters.ts'
import { countParts, listedParts, partOrder } from './partOrder.ts'
import type { Editor } from './useEditor.ts'

/** Pixels are counted this long after the last stroke. */
const countAfterMs = 200

/** The parts of the task that is worked on; their order, and so their keys, stay while one person is. */
export function usePartsList(editor: Editor) {
  const { state, session } = editor
  const schema = computed(() => {
    void state.changes
    return state.task === null ? null : (session.value?.schema(state.task) ?? null)
  })
  const counts = shallowRef<Uint32Array | null>(null)
  const order = shallowRef<readonly number[]>([])
  let counting: ReturnType<typeof setTimeout> | null = null

  function recount(): void {
    const label = state.task === null ? null : (session.value?.label(state.person, state.task) ?? null)
    if (schema.value?.kind !== 'parts') counts.value = null
    else if (label !== null && label.mask !== null) counts.value = countParts(label.mask.data)
    else counts.value = label?.value?.kind === 'parts' ? countParts(partCells(label.value)) : null
  }

  watch(
    [() => state.person, () => state.task, () => state.image, () => schema.value?.kind],
    () => {
      recount()
      order.value = schema.value?.kind === 'parts' ? partOrder(schema.value.parts, counts.value) : []
    },
    { immediate: true },
  )
  watch(
    () => state.changes,
    () => {
      if (counting !== null) clearTimeout(counting)
      counting = setTimeout(recount, countAfterMs)
    },
  )
  onBeforeUnmount(() => counting !== null && clearTimeout(counting))

  const parts = computed(() =>
    schema.value?.kind === 'parts' ? listedParts(schema.value.parts, order.value, counts.value) : [],
  )
  return { order, parts }
}
