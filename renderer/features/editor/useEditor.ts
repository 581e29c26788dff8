import { computed, onBeforeUnmount, onMounted, shallowRef, watch, type ShallowRef } from 'vue'
import type { TaskView } from '../../../core/api/labels.ts'
import { client } from '../../api/client.ts'
import { follow } from '../../api/follow.ts'
import { useAppearance } from '../../stores/appearance.ts'
import { useNotices } from '../../stores/notices.ts'
import { useOverlayChoice } from '../data/overlayChoice.ts'
import { createEditorState, lastTools, useEditorSettings } from './editorState.ts'
import { ImageSession, type SessionChange } from './model/imageSession.ts'
import type { SessionPerson } from './model/sessionLabel.ts'
import { PrefetchedPictures } from './stage/prefetchedPictures.ts'
import type { ToolName } from './tools/tool.ts'
import type { EditorQueue } from './useEditorQueue.ts'
import { Workbench } from './workbench.ts'

/** The kind of task that a tool works on; null: any. */
export const toolKinds: Readonly<Record<ToolName, TaskView['schema']['kind'] | null>> = {
  select: null,
  keypoints: 'keypoints',
  box: null,
  brush: 'parts',
  eraser: 'parts',
  edgeBrush: 'parts',
  polygon: 'parts',
  polygonCut: 'parts',
  fill: 'parts',
  depthInvalid: 'depth',
}

/** Pixels around a person that are shown with them, as a share of their sides. */
const roomAround = 0.15

/** The editor of one project: shows the image that the queue names, and keeps what panels show of it. */
export function useEditor(project: string, queue: EditorQueue, container: Readonly<ShallowRef<HTMLDivElement | null>>) {
  const notices = useNotices()
  const appearance = useAppearance()
  const overlay = useOverlayChoice()
  const settings = useEditorSettings()
  const state = createEditorState()
  const pictures = new PrefetchedPictures(project)
  const bench = shallowRef<Workbench | null>(null)
  const session = shallowRef<ImageSession | null>(null)
  let watching = new AbortController()
  let asked = 0

  const tasks = computed<readonly TaskView[]>(() => {
    void state.changes
    return session.value?.tasks ?? []
  })
  /** People of the image; plain objects, read again with every change. */
  const people = computed<readonly SessionPerson[]>(() => {
    void state.changes
    return [...(session.value?.people ?? [])]
  })

  onMounted(() => {
    const element = container.value
    if (element === null) return
    bench.value = new Workbench(element, state, () => settings.value, {
      choosePerson: (person) => void queue.goTo({ person, image: state.image }),
      sessionChange: changed,
      pointerMoved: (moment) => (state.pointer = moment?.image ?? null),
      shown: shownTasks,
    })
    const { brightness, contrast, opacity } = settings.value
    bench.value.stage.adjust(brightness, contrast)
    bench.value.stage.setRasterOpacity(opacity)
    void show()
  })
  onBeforeUnmount(() => {
    watching.abort()
    session.value?.close()
    bench.value?.close()
    pictures.close()
  })

  /** Shows what the address names. */
  async function show(): Promise<void> {
    if (bench.value === null) return
    const mine = ++asked
    try {
      const wanted = await queue.wantedImage()
      if (mine !== asked || wanted === null) return
      state.error = null
      if (wanted !== state.image || session.value === null) await open(wanted, () => mine === asked)
      if (mine !== asked) return
      choose(queue.person.value)
      queue.last.value = { person: state.person, image: state.image }
    } catch (error) {
      if (mine === asked) state.error = error
    }
  }

  async function open(image: number, current: () => boolean): Promise<void> {
    const last = session.value
    await last?.settled()
    if (last !== null && isUnsaved()) {
      notices.tell('The last change is not stored yet: try again or discard it before you leave the image.')
      await queue.goTo({ person: state.person, image: state.image })
      return
    }
    const next = new ImageSession(project, image, (change) => {
      if (session.value === next) bench.value?.sessionChanged(change)
    })
    const [picture] = await Promise.all([pictures.get(image), next.load()])
    if (!current() || bench.value === null) return next.close()
    const drawn = next.size
    next.setSize(drawn?.width ?? picture.width, drawn?.height ?? picture.height)
    watching.abort()
    last?.close()
    session.value = next
    state.image = image
    state.person = 0
    state.saving = next.saving
    state.history = next.history
    bench.value.show(next, picture)
    state.loaded = true
    pictures.prefetch(queue.upcoming(), picture)
    watchEdits(next)
  }

  /** What is chosen to be seen, and always what is worked on; of two maps over one another only that. */
  function shownTasks(): ReadonlySet<string> {
    const known = session.value?.tasks ?? []
    const chosen = new Set(overlay.shown(known.map(({ name }) => name)))
    const worked = known.find(({ name }) => name === state.task)
    if (worked === undefined) return chosen
    const covers: Readonly<Record<string, string>> = { parts: 'depth', depth: 'parts' }
    for (const { name, schema } of known) if (covers[worked.schema.kind] === schema.kind) chosen.delete(name)
    return chosen.add(worked.name)
  }

  /** Whether something could not be stored, and waits for what somebody says. */
  function isUnsaved(): boolean {
    return state.saving.type === 'failed' || state.saving.type === 'conflict'
  }

  function watchEdits(of: ImageSession): void {
    watching = new AbortController()
    const { signal } = watching
    void follow({
      open: (stop) => client.editing.watch({ project, image: of.image }, { signal: stop }),
      onEvent: (event) => of.observe(event),
      isLast: () => false,
      signal,
    })
  }

  /** Chooses a person, and with them the task and tool that the address or the last choice names. */
  function choose(person: number): void {
    const people = session.value?.people ?? []
    const chosen = people.find((one) => one.person === person) ?? people.at(0)
    const changed = state.person !== (chosen?.person ?? 0)
    state.person = chosen?.person ?? 0
    const named = queue.task.value ?? state.task
    const known = session.value?.tasks ?? []
    const task = known.find(({ name }) => name === named) ?? known.at(0)
    const first = state.task === null
    if (task !== undefined && (task.name !== state.task || first))
      chooseTask(task.name, first && queue.task.value === null)
    if (changed) {
      bench.value?.subjectChanged()
      void loadGhosts()
      if (queue.task.value !== null) fitPerson()
      else fitImage()
    }
    state.changes++
  }

  /** Works on another task, with the tool that was used for its kind last. */
  function chooseTask(task: string, keepTool = false): void {
    state.task = task
    const kind = session.value?.schema(task)?.kind
    const fits = toolKinds[state.tool] === kind
    if (kind === 'parts' && state.part >= partCount(task)) state.part = 1
    const tool: ToolName =
      kind === 'parts'
        ? lastTools.parts
        : kind === 'keypoints'
          ? 'keypoints'
          : kind === 'depth'
            ? 'depthInvalid'
            : 'select'
    if (keepTool || fits) bench.value?.subjectChanged()
    else bench.value?.changeTool(tool)
    state.changes++
  }

  function partCount(task: string): number {
    const schema = session.value?.schema(task)
    return schema?.kind === 'parts' ? schema.parts.length : 0
  }

  /** Takes a tool, and the first task of its kind where another is worked on. */
  function chooseTool(tool: ToolName): void {
    const kind = toolKinds[tool]
    const present = state.task === null ? null : session.value?.schema(state.task)
    if (kind === 'parts') lastTools.parts = tool
    if (kind !== null && present?.kind !== kind) {
      const task = session.value?.tasks.find(({ schema }) => schema.kind === kind)
      if (task === undefined) return
      state.task = task.name
      state.changes++
    }
    bench.value?.changeTool(tool)
  }

  /** Whether the project has a task that the tool works on. */
  function hasTaskFor(tool: ToolName): boolean {
    void state.changes
    const kind = toolKinds[tool]
    return kind === null || (session.value?.tasks.some(({ schema }) => schema.kind === kind) ?? false)
  }

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

  function changed(change: SessionChange): void {
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

  /** Everybody called `from` in the project is `into` from now on. */
  function mergeIdentities(task: string, from: string, into: string): void {
    const change = { type: 'merge' as const, from: [from], into }
    const reason = `${from} is ${into}`
    session.value?.send(reason, (gesture) =>
      client.editing.changeIdentities({ project, image: state.image, task, gesture, reason, change }),
    )
  }

  function fitImage(): void {
    const { imageWidth: width, imageHeight: height } = bench.value ?? { imageWidth: 0, imageHeight: 0 }
    bench.value?.viewport.fit({ left: 0, top: 0, width, height })
  }

  function fitPerson(): void {
    const box = session.value?.find(state.person)?.box ?? null
    if (box === null) return fitImage()
    const [across, down] = [box.width * roomAround, box.height * roomAround]
    bench.value?.viewport.fit({
      left: box.x - across,
      top: box.y - down,
      width: box.width + 2 * across,
      height: box.height + 2 * down,
    })
  }

  watch([queue.person, queue.image, queue.task], show)
  watch(queue.list.total, (total) => {
    if (state.image === 0 && total !== null) void show()
  })
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
  watch([() => state.hidden, () => overlay.shown(tasks.value.map(({ name }) => name)).join()], () =>
    bench.value?.redraw('rasters', 'others', 'labels'),
  )
  watch(
    () => state.task,
    () => bench.value?.redraw('rasters', 'others', 'labels'),
  )
  watch(
    () => appearance.resolved,
    () => setTimeout(() => bench.value?.themeChanged()),
  )

  /** The prediction of the task that is worked on; null: there is none, or it is not shown. */
  const ghost = computed(() => {
    void state.changes
    const ghosts = settings.value.ghost ? (bench.value?.ghosts ?? []) : []
    return ghosts.find(({ person, task }) => person === state.person && task === state.task) ?? null
  })

  return {
    state,
    ghost,
    settings,
    overlay,
    session,
    bench,
    tasks,
    people,
    show,
    isUnsaved,
    chooseTask,
    chooseTool,
    hasTaskFor,
    loadGhosts,
    mergeIdentities,
    fitImage,
    fitPerson,
  }
}

export type Editor = ReturnType<typeof useEditor>
