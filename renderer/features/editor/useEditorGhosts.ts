import { computed } from 'vue'
import { client } from '../../api/client.ts'
import { useNotices } from '../../stores/notices.ts'
import type { EditorParts } from './editorParts.ts'

/** What a finished run predicts of the chosen person, loaded while it is to be seen. */
export function useEditorGhosts({ project, state, settings, bench }: EditorParts) {
  const notices = useNotices()

  async function loadGhosts(): Promise<void> {
    const { person } = state
    if (bench.value === null || person === 0 || !settings.value.ghost) return
    try {
      const ghosts = await client.editing.ghosts({ project, people: [person], side: 1024 })
      if (state.person !== person || bench.value === null) return
      bench.value.ghosts = ghosts
      bench.value.redraw('labels')
      state.changes++
    } catch (error) {
      notices.failed('The prediction could not be loaded', error)
    }
  }

  /** The prediction of the task that is worked on; null: there is none, or it is not shown. */
  const ghost = computed(() => {
    void state.changes
    const ghosts = settings.value.ghost ? (bench.value?.ghosts ?? []) : []
    return ghosts.find(({ person, task }) => person === state.person && task === state.task) ?? null
  })

  return { ghost, loadGhosts }
}
