import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { client } from '../../api/client.ts'
import { useNotices } from '../../stores/notices.ts'
import { useRemembered } from '../../stores/remembered.ts'
import type { Editor } from './useEditor.ts'
import type { EditorQueue } from './useEditorQueue.ts'

/** The way from a suspect into the editor and back to the queue, or to the next suspect. */
export function useSuspectReturn(project: string, editor: Editor, queue: EditorQueue) {
  const route = useRoute()
  const router = useRouter()
  const notices = useNotices()
  // What the Suspects screen shows: the run is not in the address.
  const review = useRemembered<{ run?: unknown }>('suspects.review', () => ({}))
  const run = computed(() => {
    const named = Number(route.query['run'] ?? 0)
    if (Number.isInteger(named) && named > 0) return named
    return typeof review.value.run === 'number' ? review.value.run : null
  })
  const active = computed(() => queue.fromSuspects.value && run.value !== null)

  function presentLabel(): number | null {
    const { person, task } = editor.state
    return task === null ? null : (editor.session.value?.label(person, task)?.label ?? null)
  }

  async function nextSuspect(
    backwards: boolean,
    undecided: boolean,
  ): Promise<{ label: number; person: number; image: number } | null> {
    const { task } = editor.state
    const label = presentLabel()
    if (run.value === null || task === null) return null
    const after = label === null ? {} : { after: label }
    return client.editing.nextSuspect({ project, run: run.value, task, ...after, backwards, undecided })
  }

  /** To the next suspect, or the one before, without leaving the editor. */
  async function step(by: number): Promise<void> {
    const next = await nextSuspect(by < 0, false)
    if (next === null) notices.tell(by > 0 ? 'That was the last suspect.' : 'That was the first suspect.')
    else await queue.goTo(next)
  }

  /** Closes the suspect as fixed and verified, and goes back to the queue at the next one. */
  async function resolve(): Promise<void> {
    const { person, task } = editor.state
    const session = editor.session.value
    if (session === null || task === null || run.value === null) return
    await session.settled()
    const label = session.label(person, task)
    if (label === null || label.label === null || editor.isUnsaved()) return
    const of = { project, image: session.image, run: run.value, label: label.label }
    session.send('verified', (gesture) => client.editing.resolve({ ...of, gesture, base: label.revision ?? 0 }))
    const next = await nextSuspect(false, true)
    await session.settled()
    if (editor.isUnsaved()) return
    await back(next?.label ?? label.label)
  }

  /** Back to the queue, at a label. */
  async function back(label: number | null = presentLabel()): Promise<void> {
    const { task } = editor.state
    await router.push({
      name: 'suspects',
      params: { project },
      query: {
        ...(run.value === null ? {} : { run: String(run.value) }),
        ...(task === null ? {} : { task }),
        ...(label === null ? {} : { label: String(label) }),
      },
    })
  }

  return { active, run, step, resolve, back }
}

export type SuspectReturn = ReturnType<typeof useSuspectReturn>
