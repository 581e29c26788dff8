import { ref, type Ref } from 'vue'
import type { BulkOperation } from '../../../core/api/browse.ts'
import { client } from '../../api/client.ts'
import { useNotices } from '../../stores/notices.ts'
import type { Selection } from './selection.ts'

/** Actions on the selected people, each reported with its undo. `changed` is called after each and after its undo. */
export function useBulkActions(project: Ref<string | null>, selection: Selection, changed: () => Promise<void>) {
  const notices = useNotices()
  const busy = ref(false)

  async function apply(operation: BulkOperation): Promise<void> {
    const chosen = selection.chosen()
    const of = project.value
    if (chosen === null || of === null || busy.value) return
    busy.value = true
    try {
      const { action, title } = await client.browse.bulk({ project: of, selection: chosen, operation })
      if (action === null) {
        notices.tell('Nothing to change: the selected people are so already')
        return
      }
      if (operation.type === 'delete') selection.clear()
      notices.done(title, {
        undo: async () => {
          const { skipped } = await client.browse.undo({ project: of, action })
          if (skipped > 0) notices.tell(`${skipped} were changed since and stay as they are`)
          await changed()
        },
      })
      await changed()
    } catch (error) {
      notices.failed('The people could not be changed', error)
    } finally {
      busy.value = false
    }
  }
  return { apply, busy }
}
