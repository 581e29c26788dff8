import type { TaskView } from '../../../core/api/labels.ts'
import type { EditorParts } from './editorParts.ts'
import { lastTools } from './editorState.ts'
import type { ToolName } from './tools/tool.ts'

type Kind = TaskView['schema']['kind']

/** The kinds of task that a tool works on; null: any. */
const toolKinds: Readonly<Record<ToolName, readonly Kind[] | null>> = {
  select: null,
  keypoints: ['keypoints'],
  box: null,
  brush: ['parts'],
  eraser: ['parts'],
  edgeBrush: ['parts'],
  polygon: ['parts'],
  polygonCut: ['parts'],
  fill: ['parts'],
  depthInvalid: ['depth', 'normals'],
}

/** Pixels around a person that are shown with them, as a share of their sides. */
const roomAround = 0.15

const worksOn = (tool: ToolName, kind: Kind | undefined): boolean =>
  kind !== undefined && (toolKinds[tool]?.includes(kind) ?? false)

/** The tool to take in hand for a kind of task. */
function toolFor(kind: Kind | undefined): ToolName {
  if (kind === 'parts') return lastTools.parts
  if (kind === 'keypoints') return 'keypoints'
  return worksOn('depthInvalid', kind) ? 'depthInvalid' : 'select'
}

/** Which person, task and tool are worked with, and what of the image is in sight for it. */
export function useEditorChoice(parts: EditorParts, loadGhosts: () => Promise<void>) {
  const { queue, state, bench, session } = parts
  const framing = useFraming(parts)

  /**
   * Chooses a person, and with them the task and tool that the address or the last choice names.
   * @param opened whether the image has just been put on the stage: its view begins anew
   */
  function choose(person: number, opened: boolean): void {
    const people = session.value?.people ?? []
    const chosen = people.find((one) => one.person === person) ?? people.at(0)
    const changed = state.person !== (chosen?.person ?? 0)
    state.person = chosen?.person ?? 0
    state.question = null
    const named = queue.task.value ?? state.task
    const known = session.value?.tasks ?? []
    const task = known.find(({ name }) => name === named) ?? known.at(0)
    const first = state.task === null
    if (task !== undefined && (task.name !== state.task || first)) {
      chooseTask(task.name, first && queue.task.value === null)
    }
    if (changed) {
      bench.value?.subjectChanged()
      void loadGhosts()
    }
    if (opened) framing.fitOpened()
    // Who is chosen in the picture does not move it.
    else if (changed && (queue.fromSuspects.value || !framing.isInSight())) framing.fitPerson()
    state.changes++
  }

  /** Works on another task, with the tool that was used for its kind last. */
  function chooseTask(task: string, keepTool = false): void {
    state.task = task
    const schema = session.value?.schema(task)
    if (schema?.kind === 'parts' && state.part >= schema.parts.length) state.part = 1
    if (keepTool || worksOn(state.tool, schema?.kind)) bench.value?.subjectChanged()
    else bench.value?.changeTool(toolFor(schema?.kind))
    state.changes++
  }

  /** Takes a tool, and the first task of its kind where another is worked on. */
  function chooseTool(tool: ToolName): void {
    const present = state.task === null ? null : session.value?.schema(state.task)
    if (worksOn(tool, 'parts')) lastTools.parts = tool
    if (toolKinds[tool] !== null && !worksOn(tool, present?.kind)) {
      const task = session.value?.tasks.find(({ schema }) => worksOn(tool, schema.kind))
      if (task === undefined) return
      state.task = task.name
      state.changes++
    }
    bench.value?.changeTool(tool)
  }

  /** Whether the project has a task that the tool works on. */
  function hasTaskFor(tool: ToolName): boolean {
    void state.changes
    return toolKinds[tool] === null || (session.value?.tasks.some(({ schema }) => worksOn(tool, schema.kind)) ?? false)
  }

  return { choose, chooseTask, chooseTool, hasTaskFor, ...framing }
}

function useFraming({ queue, state, bench, session }: EditorParts) {
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

  /** What is seen first of an image: the person whose label was asked for, or all of it. */
  function fitOpened(): void {
    if (queue.task.value === null) fitImage()
    else fitPerson()
  }

  /** Whether the whole box of the chosen person can be seen, or there is none. */
  function isInSight(): boolean {
    const box = session.value?.find(state.person)?.box ?? null
    return box === null || (bench.value?.viewport.shows(box) ?? true)
  }

  return { fitImage, fitPerson, fitOpened, isInSight }
}
