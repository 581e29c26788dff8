import { shallowRef, type Ref } from 'vue'
import type { PeopleQuery, SavedView } from '../../../core/api/browse.ts'
import { client } from '../../api/client.ts'
import { useNotices } from '../../stores/notices.ts'

/** Filters with their order under a name, kept in the project. */
export function useSavedViews(project: Ref<string | null>, query: Ref<PeopleQuery>) {
  const notices = useNotices()
  const views = shallowRef<readonly SavedView[]>([])

  async function load(): Promise<void> {
    if (project.value === null) return
    try {
      views.value = await client.browse.views({ project: project.value })
    } catch (error) {
      notices.failed('The saved views could not be loaded', error)
    }
  }

  async function save(name: string): Promise<void> {
    if (project.value === null) return
    try {
      views.value = await client.browse.saveView({ project: project.value, name, query: query.value })
      notices.done(`Saved the view “${name}”`)
    } catch (error) {
      notices.failed('The view could not be saved', error)
    }
  }

  async function remove(view: SavedView): Promise<void> {
    const of = project.value
    if (of === null) return
    const { name, query: kept } = view
    try {
      views.value = await client.browse.deleteView({ project: of, view: view.id })
      notices.done(`Deleted the view “${name}”`, {
        undo: async () => void (views.value = await client.browse.saveView({ project: of, name, query: kept })),
      })
    } catch (error) {
      notices.failed('The view could not be deleted', error)
    }
  }

  function open(view: SavedView): void {
    query.value = JSON.parse(JSON.stringify(view.query)) as PeopleQuery
  }

  return { views, load, save, remove, open }
}
