import { client } from '../../../api/client.ts'
import { useNotices } from '../../../stores/notices.ts'
import { boxOfLabels } from '../boxOfLabels.ts'
import { clipboard } from '../editorState.ts'
import type { BindingContext, Bindings } from './binding.ts'

/** People of the image, their labels carried elsewhere, and the way through the queue. */
export function peopleBindings(context: BindingContext): Bindings {
  return { ...people(context), ...carrying(context), ...queueing(context) }
}

function people({ editor, queue, loaded, someone, still }: BindingContext): Bindings {
  const { state, session, bench } = editor
  async function nextPerson(): Promise<void> {
    const ids = (session.value?.people ?? []).map(({ person }) => person)
    const next = ids[(ids.indexOf(state.person) + 1) % Math.max(1, ids.length)]
    if (next !== undefined) await queue.goTo({ person: next, image: state.image })
  }
  async function fitBox(): Promise<void> {
    const { person } = state
    const of = session.value
    const box = of === null ? null : await boxOfLabels(of, person)
    if (of === null || box === null) return
    const base = of.find(person)?.box ?? null
    of.changePeople('fitted the box to the labels', { type: 'box', person, base, box })
  }
  return {
    'editor.fitBox': {
      run: () => new Promise<void>((resolve, reject) => still(() => void fitBox().then(resolve, reject))()),
      enabled: someone,
    },
    'editor.nextPerson': { run: nextPerson, enabled: () => editor.people.value.length > 1 },
    'editor.addPerson': { run: () => bench.value?.startNewPerson(), enabled: loaded },
    'editor.duplicatePerson': {
      run: still(() =>
        session.value?.changePeople('duplicated a person', { type: 'duplicate', person: state.person, dx: 12, dy: 12 }),
      ),
      enabled: someone,
    },
    'editor.deletePerson': {
      run: still(() => session.value?.changePeople('deleted a person', { type: 'delete', person: state.person })),
      enabled: someone,
    },
  }
}

function carrying({ editor, queue, someone, still }: BindingContext): Bindings {
  const { state, session } = editor
  const notices = useNotices()

  /** A copy is somebody else, and depth and normals say nothing of another place: none of these is copied. */
  function copy(): void {
    const labels = [...(session.value?.find(state.person)?.labels.values() ?? [])].flatMap(({ task, label, value }) => {
      const kind = session.value?.schema(task)?.kind
      const stays = kind === 'identity' || kind === 'depth' || kind === 'normals'
      const copies = label !== null && value !== null && !stays
      return copies ? [{ task, label }] : []
    })
    clipboard.value = { person: state.person, labels }
    const names = labels.map(({ task }) => task).join(', ')
    notices.tell(names === '' ? 'This person has no labels to copy.' : `Copied ${names}.`)
  }

  /** In another picture to the same place, in the same one from box to box. */
  function paste(): void {
    const copied = clipboard.value
    if (copied === null) return
    const align = session.value?.find(copied.person) === null ? 'place' : 'box'
    const edits = copied.labels.map(({ task, label: from }) => {
      const change = { type: 'copy', from, align } as const
      return { person: state.person, task, change: { type: 'remote', change } as const }
    })
    if (edits.length > 0) session.value?.edit('pasted labels', edits)
  }

  /** The image after the present one in the list; null: it is the last. */
  function nextImage(): number | null {
    const total = queue.list.total.value ?? 0
    for (let at = (queue.position.value ?? -1) + 1; at < total; at++) {
      const row = queue.list.row(at)
      if (row === undefined) return null
      if (row.image !== state.image) return row.image
    }
    return null
  }

  async function propagate(): Promise<void> {
    const [image, of] = [nextImage(), session.value]
    if (image === null || of === null) return
    await of.settled()
    const from = of.people.map(({ person }) => person)
    const gesture = crypto.randomUUID()
    const reason = `copied from image ${of.image}`
    const result = await client.editing.propagate({ project: of.project, image, gesture, reason, from })
    if (result.outcome !== 'stored') return
    notices.tell(
      result.labels.length === 0
        ? 'Nothing was copied: the next image has all these labels.'
        : `${result.labels.length} labels copied to the next image; Undo there takes them back.`,
    )
    const [person] = result.labels.map((label) => label.person)
    await queue.goTo({ person: person ?? 0, image })
  }

  return {
    'editor.copy': { run: still(copy), enabled: someone },
    'editor.paste': {
      run: still(paste),
      enabled: () => someone() && clipboard.value !== null && clipboard.value.person !== state.person,
    },
    'editor.propagate': { run: propagate, enabled: () => someone() && nextImage() !== null },
  }
}

function queueing({ editor, queue, someone, still, verify, step, canStep }: BindingContext): Bindings {
  const { state } = editor
  const notices = useNotices()
  async function nextUnlabelled(): Promise<void> {
    const { task } = state
    if (task === null) return
    const next = await queue.nextUnlabelled(task)
    if (next === null) notices.tell(`Everybody has a label of ${task}.`)
  }
  return {
    'editor.previous': { run: () => step(-1), enabled: () => canStep(-1) },
    'editor.next': { run: () => step(1), enabled: () => canStep(1) },
    'editor.nextUnlabelled': { run: nextUnlabelled, enabled: () => state.task !== null },
    'editor.verify': {
      run: () => new Promise<void>((resolve, reject) => still(() => void verify().then(resolve, reject))()),
      enabled: () => someone() && state.task !== null,
    },
  }
}
