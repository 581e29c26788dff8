import { useCommandHandlers, useCommands } from '../../commands/commandTable.ts'
import { nextAnswer } from '../../../core/dataset/editing/attributes.ts'
import { client } from '../../api/client.ts'
import { useNotices } from '../../stores/notices.ts'
import { clipboard } from './editorState.ts'
import { answersOf } from './model/sessionLabel.ts'
import { steppedBrushSize } from './tools/strokeTool.ts'
import { toolNames, type ToolAction } from './tools/tool.ts'
import type { Editor } from './useEditor.ts'
import type { EditorQueue } from './useEditorQueue.ts'

export interface EditorCommandOptions {
  readonly editor: Editor
  readonly queue: EditorQueue
  /** Part numbers in the list's order. */
  readonly partOrder: () => readonly number[]
  readonly verify: () => Promise<void>
  readonly step: (by: number) => Promise<void>
  readonly canStep: (by: number) => boolean
}

/** Binds what the editor can do to the table of commands. */
export function useEditorCommands({ editor, queue, partOrder, verify, step, canStep }: EditorCommandOptions): void {
  const commands = useCommands()
  const notices = useNotices()
  const { state, settings, session, bench } = editor
  const loaded = (): boolean => state.loaded
  const someone = (): boolean => state.person > 0 && (session.value?.find(state.person) ?? null) !== null
  /** For what builds on the labels: not before the steps back and forth are shown. */
  const still = (work: () => void) => (): void => (session.value === null ? work() : session.value.whenStill(work))
  const act = (action: ToolAction): (() => void) => still(() => void bench.value?.act(action))
  const atPerson = { enabled: someone }

  /** The person before the chosen one in the picture. */
  function personBefore(): number | null {
    const ids = (session.value?.people ?? []).map(({ person }) => person)
    return ids[ids.indexOf(state.person) - 1] ?? null
  }

  function attributesTask(): string | null {
    if (state.task !== null && session.value?.schema(state.task)?.kind === 'attributes') return state.task
    return session.value?.tasks.find(({ schema }) => schema.kind === 'attributes')?.name ?? null
  }

  function answer(
    task: string,
    values: readonly { readonly index: number; readonly value: boolean | null }[],
    title: string,
  ): void {
    if (values.length === 0) return
    session.value?.edit(title, [{ person: state.person, task, change: { type: 'answers', values } }])
  }

  function digit(at: number): void {
    const schema = state.task === null ? null : (session.value?.schema(state.task) ?? null)
    if (schema?.kind === 'parts') {
      const part = partOrder()[at]
      if (part !== undefined) bench.value?.choosePart(part)
      return
    }
    const task = attributesTask()
    const attributes = task === null ? null : session.value?.schema(task)
    if (task === null || attributes?.kind !== 'attributes' || at >= attributes.attributes.length) return
    const now = answersOf(session.value?.label(state.person, task) ?? null, attributes)[at] ?? null
    answer(task, [{ index: at, value: nextAnswer(now) }], `answered ${attributes.attributes[at]}`)
  }

  function copyAnswers(): void {
    const [from, task] = [personBefore(), attributesTask()]
    const schema = task === null ? null : session.value?.schema(task)
    if (from === null || task === null || schema?.kind !== 'attributes') return
    const theirs = answersOf(session.value?.label(from, task) ?? null, schema)
    const mine = answersOf(session.value?.label(state.person, task) ?? null, schema)
    const differing = theirs.flatMap((value, index) => (value === mine[index] ? [] : [{ index, value }]))
    answer(task, differing, 'answers of the person before')
  }

  /** A copy is somebody else, and a depth map says nothing of another place: neither is copied. */
  function copy(): void {
    const labels = [...(session.value?.find(state.person)?.labels.values() ?? [])].flatMap(({ task, label, value }) => {
      const kind = session.value?.schema(task)?.kind
      const copies = label !== null && value !== null && kind !== 'identity' && kind !== 'depth'
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

  async function nextUnlabelled(): Promise<void> {
    const { task } = state
    if (task === null) return
    const next = await queue.nextUnlabelled(task)
    if (next === null) notices.tell(`Everybody has a label of ${task}.`)
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

  async function nextPerson(): Promise<void> {
    const ids = (session.value?.people ?? []).map(({ person }) => person)
    const next = ids[(ids.indexOf(state.person) + 1) % Math.max(1, ids.length)]
    if (next !== undefined) await queue.goTo({ person: next, image: state.image })
  }

  function skip(): void {
    bench.value?.act('skip')
  }

  const zoom = (factor: number) => (): void => bench.value?.viewport.zoom(factor)
  const nudges = { Left: [-1, 0], Right: [1, 0], Up: [0, -1], Down: [0, 1] } as const
  useCommandHandlers({
    ...Object.fromEntries(
      toolNames
        .filter((tool) => commands.all.some(({ id }) => id === `editor.tool.${tool}`))
        .map((tool) => [
          `editor.tool.${tool}`,
          { run: () => editor.chooseTool(tool), enabled: () => loaded() && editor.hasTaskFor(tool) },
        ]),
    ),
    ...Object.fromEntries(
      Object.entries(nudges).flatMap(([way, [x, y]]) => [
        [`editor.nudge${way}`, { run: act({ nudge: { x, y } }), enabled: someone }],
        [`editor.push${way}`, { run: act({ nudge: { x: 10 * x, y: 10 * y } }), enabled: someone }],
      ]),
    ),
    ...Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [
        `editor.digit${at + 1}`,
        { run: still(() => digit(at)), enabled: someone },
      ]),
    ),
    'edit.undo': {
      run: () => session.value?.undo(),
      enabled: () => !editor.isUnsaved() && (state.history.undo !== null || state.saving.type === 'saving'),
    },
    'editor.redo': {
      run: () => session.value?.redo(),
      enabled: () => !editor.isUnsaved() && state.history.redo !== null,
    },
    'editor.finish': { run: act('finish'), enabled: loaded },
    'editor.cancel': { run: act('cancel'), enabled: loaded },
    'editor.removeLast': { run: act('removeLast'), enabled: loaded },
    'editor.skip': { run: skip, enabled: () => state.tool === 'keypoints' && someone() },
    'editor.visibility': { run: act('cycleVisibility'), enabled: () => state.tool === 'keypoints' && someone() },
    'editor.swapSides': { run: act('swapSides'), enabled: () => state.tool === 'keypoints' && someone() },
    'editor.hull': {
      run: () => {
        bench.value?.keypointsTool.toggleHull()
        state.hull = bench.value?.keypointsTool.hull ?? false
      },
      enabled: () => state.tool === 'keypoints' && someone(),
    },
    'editor.smaller': () => void (settings.value.brushSize = steppedBrushSize(settings.value.brushSize, -1)),
    'editor.larger': () => void (settings.value.brushSize = steppedBrushSize(settings.value.brushSize, 1)),
    'editor.brushShape': () =>
      void (settings.value.brushShape = settings.value.brushShape === 'round' ? 'square' : 'round'),
    'editor.keepOthers': () => void (settings.value.keepOthers = !settings.value.keepOthers),
    'editor.nextPerson': { run: nextPerson, enabled: () => editor.people.value.length > 1 },
    'editor.addPerson': { run: () => bench.value?.startNewPerson(), enabled: loaded },
    'editor.duplicatePerson': {
      run: still(() =>
        session.value?.changePeople('duplicated a person', { type: 'duplicate', person: state.person, dx: 12, dy: 12 }),
      ),
      ...atPerson,
    },
    'editor.deletePerson': {
      run: still(() => session.value?.changePeople('deleted a person', { type: 'delete', person: state.person })),
      ...atPerson,
    },
    'editor.copyAnswers': {
      run: still(copyAnswers),
      enabled: () => personBefore() !== null && attributesTask() !== null,
    },
    'editor.copy': { run: still(copy), ...atPerson },
    'editor.paste': {
      run: still(paste),
      enabled: () => someone() && clipboard.value !== null && clipboard.value.person !== state.person,
    },
    'editor.previous': { run: () => step(-1), enabled: () => canStep(-1) },
    'editor.next': { run: () => step(1), enabled: () => canStep(1) },
    'editor.nextUnlabelled': { run: nextUnlabelled, enabled: () => state.task !== null },
    'editor.propagate': { run: propagate, enabled: () => someone() && nextImage() !== null },
    'editor.verify': { run: still(verify), enabled: () => someone() && state.task !== null },
    'editor.acceptHere': { run: act('accept'), enabled: () => settings.value.ghost && someone() },
    'editor.acceptAll': {
      run: still(() => bench.value?.acceptGhost(null)),
      enabled: () => editor.ghost.value !== null,
    },
    'editor.fit': { run: editor.fitImage, enabled: loaded },
    'editor.fitPerson': { run: editor.fitPerson, enabled: loaded },
    'editor.actualSize': { run: () => bench.value?.viewport.zoom(1 / state.scale), enabled: loaded },
    'editor.zoomIn': { run: zoom(1.25), enabled: loaded },
    'editor.zoomOut': { run: zoom(0.8), enabled: loaded },
    'editor.hideLabels': () => void (state.hidden = !state.hidden),
    'editor.othersLabels': () => void (settings.value.others = !settings.value.others),
    'editor.ghost': { run: () => void (settings.value.ghost = !settings.value.ghost), ...atPerson },
    'editor.crosshair': () => void (settings.value.crosshair = !settings.value.crosshair),
    'editor.loupe': () => void (settings.value.loupe = !settings.value.loupe),
  })
}
