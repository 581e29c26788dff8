import { computed } from 'vue'
import type { Ghosts } from '../../../core/api/editing.ts'
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
      bench.value.redraw('rasters', 'labels')
      state.changes++
    } catch (error) {
      notices.failed('The prediction could not be loaded', error)
    }
  }

  /** What is predicted of the chosen person's label of a task; null: nothing is, or it is not shown. */
  function ghostOf(task: string | null): Ghosts[number] | null {
    void state.changes
    const ghosts = settings.value.ghost ? (bench.value?.ghosts ?? []) : []
    return ghosts.find((one) => one.person === state.person && one.task === task) ?? null
  }
  /** The prediction of the task that is worked on. */
  const ghost = computed(() => ghostOf(state.task))

  return { ghost, ghostOf, loadGhosts }
}
