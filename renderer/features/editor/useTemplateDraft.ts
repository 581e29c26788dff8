import { computed, onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import type { ShippedTemplates, TemplatePreview, TemplateState } from '../../../core/api/templates.ts'
import {
  draftDefect,
  draftFromTemplate,
  draftOf,
  templateDifference,
  type TemplateDraft,
} from '../../../core/dataset/skeletonTemplate.ts'
import type { KeypointsSchema } from '../../../core/dataset/task.ts'
import { client } from '../../api/client.ts'
import { useNotices } from '../../stores/notices.ts'

/** The service is asked this long after the last change of the draft. */
const previewAfterMs = 200

/** A task's skeleton template while it is edited: a draft, what it would do, and its history. `changed` is told of each change. */
export function useTemplateDraft(project: string, task: Ref<string>, changed: () => void) {
  const notices = useNotices()
  const known = shallowRef<TemplateState | null>(null)
  const shipped = shallowRef<ShippedTemplates>([])
  const draft = shallowRef<TemplateDraft | null>(null)
  const preview = shallowRef<TemplatePreview | null>(null)
  const error = shallowRef<unknown>(null)
  const busy = ref(false)
  let timer: ReturnType<typeof setTimeout> | null = null

  const present = computed<KeypointsSchema | null>(() => known.value && { kind: 'keypoints', ...known.value.template })
  const defect = computed(() =>
    present.value === null || draft.value === null ? null : draftDefect(present.value, draft.value),
  )
  const isChanged = computed(
    () => present.value !== null && draft.value !== null && templateDifference(present.value, draft.value).changed,
  )

  watch(task, load, { immediate: true })
  async function load(): Promise<void> {
    const of = task.value
    try {
      const [state, templates] = await Promise.all([
        client.templates.state({ project, task: of }),
        shipped.value.length > 0 ? shipped.value : client.templates.shipped(),
      ])
      if (of !== task.value) return
      shipped.value = templates
      show(state)
    } catch (thrown) {
      error.value = thrown
    }
  }

  function show(state: TemplateState): void {
    known.value = state
    draft.value = draftOf({ kind: 'keypoints', ...state.template })
    preview.value = null
    error.value = null
  }

  watch([draft, defect], () => {
    preview.value = null
    if (timer !== null) clearTimeout(timer)
    if (isChanged.value && defect.value === null) timer = setTimeout(look, previewAfterMs)
  })
  onBeforeUnmount(() => timer !== null && clearTimeout(timer))

  async function look(): Promise<void> {
    const [base, asked] = [known.value?.version, draft.value]
    if (base === undefined || asked === null) return
    try {
      const answer = await client.templates.preview({ project, task: task.value, base, draft: wired(asked) })
      if (asked === draft.value) preview.value = answer
      error.value = null
    } catch (thrown) {
      error.value = thrown
    }
  }

  /** Sends a change, shows what the template is then, and offers to take it back. */
  async function send(what: string, request: (base: string) => Promise<TemplateState>): Promise<void> {
    const base = known.value?.version
    if (base === undefined || busy.value) return
    busy.value = true
    try {
      const state = await request(base)
      show(state)
      changed()
      const revision = state.history.at(0)?.revision
      if (revision !== undefined) notices.done(what, { undo: () => takeBack(revision) })
    } catch (thrown) {
      error.value = thrown
    } finally {
      busy.value = false
    }
  }

  async function takeBack(revision: number): Promise<void> {
    const base = known.value?.version ?? ''
    show(await client.templates.restore({ project, task: task.value, base, revision }))
    changed()
  }

  async function apply(why: string): Promise<void> {
    const wanted = draft.value
    if (wanted === null) return
    await send(`The template of ${task.value} is changed`, (base) =>
      client.templates.change({ project, task: task.value, base, draft: wired(wanted), why }),
    )
  }

  async function restore(revision: number): Promise<void> {
    await send(`A former template of ${task.value} is in force`, (base) =>
      client.templates.restore({ project, task: task.value, base, revision }),
    )
  }

  /** Begins anew from a skeleton that comes with the product. */
  function take(name: string): void {
    const found = shipped.value.find((one) => one.name === name)
    if (found === undefined || present.value === null) return
    draft.value = draftFromTemplate(present.value, { kind: 'keypoints', ...found.template })
  }

  function reset(): void {
    if (present.value !== null) draft.value = draftOf(present.value)
  }

  return { known, shipped, draft, preview, error, busy, present, defect, isChanged, load, apply, restore, take, reset }
}

function wired({ joints, edges, flip }: TemplateDraft) {
  return {
    joints: joints.map(({ name, from }) => ({ name: name.trim(), from })),
    edges: edges.map(([a, b]): [number, number] => [a, b]),
    flip: [...flip],
  }
}
