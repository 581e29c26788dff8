import { computed, onBeforeUnmount, onMounted, watch, type ShallowRef } from 'vue'
import type { TaskView } from '../../../core/api/labels.ts'
import { client } from '../../api/client.ts'
import { useAppearance } from '../../stores/appearance.ts'
import { useNotices } from '../../stores/notices.ts'
import { createEditorParts, isUnsaved, whenStill, type EditorParts } from './editorParts.ts'
import type { SessionChange } from './model/imageSession.ts'
import type { SessionPerson } from './model/sessionLabel.ts'
import { partActions } from './partActions.ts'
import { useEditorChoice } from './useEditorChoice.ts'
import { useEditorGhosts } from './useEditorGhosts.ts'
import { useEditorImage } from './useEditorImage.ts'
import type { EditorQueue } from './useEditorQueue.ts'
import { Workbench } from './workbench.ts'

/** The editor of one project: shows the image that the queue names, and keeps what panels show of it. */
export function useEditor(project: string, queue: EditorQueue, container: Readonly<ShallowRef<HTMLDivElement | null>>) {
  const parts = createEditorParts(project, queue)
  const { state, settings, overlay, bench, session } = parts
  const tasks = computed<readonly TaskView[]>(() => {
    void state.changes
    return session.value?.tasks ?? []
  })
  /** People of the image; plain objects, read again with every change. */
  const people = computed<readonly SessionPerson[]>(() => {
    void state.changes
    return [...(session.value?.people ?? [])]
  })
  const { ghost, ghostOf, loadGhosts } = useEditorGhosts(parts)
  const choice = useEditorChoice(parts, loadGhosts)
  const { show } = useEditorImage(parts, choice.choose)

  onMounted(() => {
    const element = container.value
    if (element === null) return
    bench.value = new Workbench(element, state, () => settings.value, {
      choosePerson: (person) => void queue.goTo({ person, image: state.image }),
      sessionChange: useSessionChanges(parts),
      pointerMoved: (moment) => (state.pointer = moment?.image ?? null),
      shown: () => shownTasks(parts),
    })
    const { brightness, contrast, opacity } = settings.value
    bench.value.stage.adjust(brightness, contrast)
    bench.value.stage.setRasterOpacity(opacity)
    void show()
  })
  onBeforeUnmount(() => bench.value?.close())
  watch([queue.person, queue.image, queue.task], show)
  watch(queue.list.total, (total) => {
    if (state.image === 0 && total !== null) void show()
  })
  redrawWhenSeenOtherwise(parts, tasks, loadGhosts)

  return {
    state,
    ghost,
    ghostOf,
    settings,
    overlay,
    session,
    bench,
    tasks,
    people,
    show,
    isUnsaved: () => isUnsaved(state),
    whenStill: (work: () => void) => whenStill(parts, work),
    ...labelEdits(parts),
    parts: partActions(parts),
    ...choice,
  }
}

export type Editor = ReturnType<typeof useEditor>

/** What panels change of labels: each waits until the steps back and forth that were asked for are shown. */
function labelEdits(parts: EditorParts) {
  const { project, state, session } = parts
  return {
    /** Answers of the chosen person, by the attributes' places. */
    answer(
      task: string,
      values: readonly { readonly index: number; readonly value: boolean | null }[],
      title: string,
    ): void {
      const { person } = state
      if (values.length === 0) return
      whenStill(parts, () => session.value?.edit(title, [{ person, task, change: { type: 'answers', values } }]))
    },

    /** Everybody called `from` in the project is `into` from now on. */
    mergeIdentities(task: string, from: string, into: string): void {
      const change = { type: 'merge' as const, from: [from], into }
      const reason = `${from} is ${into}`
      const { image } = state
      whenStill(parts, () =>
        session.value?.send(reason, (gesture) =>
          client.editing.changeIdentities({ project, image, task, gesture, reason, change }),
        ),
      )
    },

    /** Loads the labels anew: their task has another template. */
    async reload(): Promise<void> {
      await session.value?.settled()
      await session.value?.load()
      state.changes++
    },
  }
}

/** What a change of the labels means for what panels show. */
function useSessionChanges({ state, session, queue }: EditorParts): (change: SessionChange) => void {
  const notices = useNotices()
  return (change) => {
    if (change.type === 'saving') state.saving = change.state
    state.history = session.value?.history ?? state.history
    if (change.type === 'people') {
      const gone = session.value?.find(state.person) === null
      if (change.added !== null) void queue.goTo({ person: change.added, image: state.image })
      else if (gone) void queue.goTo({ person: session.value?.people[0]?.person ?? 0, image: state.image })
    }
    if (change.type === 'elsewhere') {
      notices.tell(`${change.by ?? 'Somebody'} changed this image elsewhere; it shows what is stored now.`)
    }
    if (change.type === 'blocked') {
      notices.tell(`Could not ${change.title}: somebody else has changed the label since. It was left as it is.`)
    }
    if (change.type !== 'mask') state.changes++
  }
}

/** What is chosen to be seen, and always what is worked on; of maps over one another only that. */
function shownTasks({ session, overlay, state }: EditorParts): ReadonlySet<string> {
  const known = session.value?.tasks ?? []
  const chosen = new Set(overlay.shown(known.map(({ name }) => name)))
  const worked = known.find(({ name }) => name === state.task)
  if (worked === undefined) return chosen
  const maps = ['parts', 'depth', 'normals']
  const covers = maps.includes(worked.schema.kind)
  for (const { name, schema } of known) if (covers && maps.includes(schema.kind)) chosen.delete(name)
  return chosen.add(worked.name)
}

function redrawWhenSeenOtherwise(
  { state, settings, overlay, bench }: EditorParts,
  tasks: { readonly value: readonly TaskView[] },
  loadGhosts: () => Promise<void>,
): void {
  const appearance = useAppearance()
  watch(
    settings,
    ({ brightness, contrast, opacity, ghost }) => {
      bench.value?.stage.adjust(brightness, contrast)
      bench.value?.stage.setRasterOpacity(opacity)
      bench.value?.redraw('rasters', 'others', 'labels', 'tool')
      if (ghost && bench.value?.ghosts.every(({ person }) => person !== state.person)) void loadGhosts()
    },
    { deep: true },
  )
  watch([() => state.hidden, () => state.task, () => overlay.shown(tasks.value.map(({ name }) => name)).join()], () =>
    bench.value?.redraw('rasters', 'others', 'labels'),
  )
  watch(
    () => appearance.resolved,
    () => setTimeout(() => bench.value?.themeChanged()),
  )
}
