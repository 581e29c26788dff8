import type { Ghosts } from '../../../core/api/editing.ts'
import { overBackground, type Bounds, type MaskPatch } from '../../../core/dataset/editing/mask.ts'
import type { Joint } from '../../../core/dataset/label.ts'
import { BenchScene } from './benchScene.ts'
import type { EditorSettings, EditorState } from './editorState.ts'
import { partAt } from './model/ghostParts.ts'
import type { ImageSession, LabelEditNow, SessionChange } from './model/imageSession.ts'
import { jointsOf, type SessionBox, type SessionPerson } from './model/sessionLabel.ts'
import { paintCrosshair } from './stage/crosshair.ts'
import { EditorStage, type PaintedLayer } from './stage/editorStage.ts'
import { paintChosen, paintOthers, paintRasters, type StageScene } from './stage/painters.ts'
import { PointerInput, type PointerMoment } from './stage/pointerInput.ts'
import type { Point, Viewport } from './stage/viewport.ts'
import { BoxTool } from './tools/boxTool.ts'
import { DepthTool } from './tools/depthTool.ts'
import { FillTool } from './tools/fillTool.ts'
import { isInside } from './tools/handles.ts'
import { KeypointsTool } from './tools/keypointsTool.ts'
import { PolygonTool } from './tools/polygonTool.ts'
import { SelectTool } from './tools/selectTool.ts'
import { StrokeTool } from './tools/strokeTool.ts'
import { type Tool, type ToolAction, type ToolName } from './tools/tool.ts'
import type { BrushSettings, KeypointsSubject, PartsSubject, ToolHost } from './tools/toolHost.ts'

/** Larger pictures are not read back pixel by pixel: 4 bytes each. */
const mostPixelsRead = 40e6

export interface WorkbenchEvents {
  readonly choosePerson: (person: number) => void
  readonly sessionChange: (change: SessionChange) => void
  readonly pointerMoved: (moment: PointerMoment | null) => void
  /** Tasks whose labels are drawn. */
  readonly shown: () => ReadonlySet<string>
}

/** Stage, tools and labels of the image that is edited, put together. Vue sees of it what stands in `state`. */
export class Workbench implements ToolHost {
  readonly stage: EditorStage
  readonly input: PointerInput
  readonly keypointsTool: KeypointsTool
  readonly #boxTool: BoxTool
  session: ImageSession | null = null
  ghosts: Ghosts = []
  readonly #state: EditorState
  readonly #settings: () => EditorSettings
  readonly #events: WorkbenchEvents
  readonly #tools: Readonly<Record<ToolName, Tool>>
  readonly #scene: BenchScene
  #picture: ImageBitmap | null = null
  #pixels: Uint8ClampedArray | null = null
  #noteFrame = 0

  constructor(container: HTMLDivElement, state: EditorState, settings: () => EditorSettings, events: WorkbenchEvents) {
    this.#state = state
    this.#settings = settings
    this.#events = events
    this.#scene = new BenchScene(container, state, settings, events.shown)
    this.stage = new EditorStage(
      container,
      {
        rasters: (context) => paintRasters(this.#seen(), context),
        others: (context) => paintOthers(this.#seen(), context),
        labels: (context) => paintChosen(this.#seen(), context),
        tool: (context) => this.#paintTool(context),
      },
      () => {
        const { scale, x, y } = this.viewport.transform
        state.scale = scale
        // Where the picture stands, for whoever drives the page.
        container.dataset['view'] = `${scale} ${x} ${y}`
      },
    )
    this.keypointsTool = new KeypointsTool(this)
    this.#boxTool = new BoxTool(this)
    this.#tools = {
      select: new SelectTool(this),
      keypoints: this.keypointsTool,
      box: this.#boxTool,
      brush: new StrokeTool(this, 'brush'),
      eraser: new StrokeTool(this, 'eraser'),
      edgeBrush: new StrokeTool(this, 'edgeBrush'),
      polygon: new PolygonTool(this, 'polygon'),
      polygonCut: new PolygonTool(this, 'polygonCut'),
      fill: new FillTool(this),
      depthInvalid: new DepthTool(this),
    }
    this.input = new PointerInput(
      container,
      this.viewport,
      {
        down: (moment) => this.#pointer(moment, () => this.tool.down(moment)),
        drag: (moment, between) => this.#pointer(moment, () => this.tool.drag(moment, between)),
        up: (moment) => {
          this.#pointer(moment, () => {
            this.tool.up(moment)
            this.session?.idle()
          })
        },
        hover: (moment) => this.#pointer(moment, () => this.tool.hover(moment)),
        cancel: () => {
          this.tool.cancel()
          this.session?.idle()
        },
        turn: (steps) => this.tool.turn(steps),
      },
      (held) => (state.cursor = held ? 'grab' : this.tool.cursor),
    )
  }

  get viewport(): Viewport {
    return this.stage.viewport
  }

  get picture(): ImageBitmap | null {
    return this.#picture
  }

  get tool(): Tool {
    return this.#tools[this.#state.tool]
  }

  get imageWidth(): number {
    return this.session?.width ?? 0
  }

  get imageHeight(): number {
    return this.session?.height ?? 0
  }

  /** Puts another image on the stage. The picture stays its owner's. */
  show(session: ImageSession, picture: ImageBitmap): void {
    this.tool.cancel()
    this.session = session
    session.whileBusy(() => this.input.busy && session.isStill)
    this.ghosts = []
    this.#scene.begin()
    this.#picture = picture
    this.#pixels = null
    this.stage.setPicture(picture, session.width, session.height)
    this.redraw('rasters', 'others', 'labels', 'tool')
    this.tool.enter()
  }

  /** Another tool is in hand; half-done gestures of the last one are given up. */
  changeTool(name: ToolName): void {
    this.tool.leave()
    this.#state.tool = name
    this.tool.enter()
    this.#tellNote()
    this.#state.cursor = this.tool.cursor
    this.#state.hull = this.keypointsTool.hull
    void this.prepareMask()
    this.redraw('labels', 'tool')
  }

  /** The next drag draws the box of a person who is not there yet. */
  startNewPerson(): void {
    this.changeTool('box')
    this.#boxTool.startPerson()
  }

  /** Another person or task is worked on. */
  subjectChanged(): void {
    this.tool.cancel()
    this.session?.releaseMasks(this.#state.person)
    this.#scene.keepMasks(this.session?.people ?? [])
    this.tool.enter()
    void this.prepareMask()
    this.redraw('rasters', 'others', 'labels', 'tool')
  }

  /** The next click places this joint. */
  wantJoint(index: number): void {
    if (this.#state.tool !== 'keypoints') this.changeTool('keypoints')
    this.keypointsTool.want(index)
    this.#tellNote()
  }

  act(action: ToolAction): boolean {
    const done = this.tool.act(action)
    this.#state.hull = this.keypointsTool.hull
    this.#tellNote()
    return done
  }

  /** Sees to it that what is drawn into is there: the chosen person's part map at full resolution. */
  async prepareMask(): Promise<void> {
    const { session } = this
    const task = this.#partsTask()
    const person = this.#state.person
    if (session === null || task === null || session.find(person) === null) return
    // For joints it only tells which lie beside the person.
    if (this.#state.tool === 'keypoints') {
      const known = session.label(person, task)
      if (known === null || known.value === null || session.width * session.height >= mostPixelsRead) return
    }
    try {
      const mask = await session.mask(person, task)
      if (mask !== null && this.session === session) this.#scene.tiles.of(mask)
      this.redraw('rasters', 'labels')
    } catch (error) {
      this.#state.error = error
    }
  }

  /** What a change of the session means for the stage. */
  sessionChanged(change: SessionChange): void {
    if (change.type === 'mask') {
      this.#scene.tiles.update(this.session?.label(change.person, change.task)?.mask ?? null, change.bounds)
      this.redraw('rasters')
    } else if (change.type === 'labels' || change.type === 'people') {
      this.#scene.keepMasks(this.session?.people ?? [])
      void this.prepareMask()
      this.redraw('rasters', 'others', 'labels', 'tool')
    }
    this.#events.sessionChange(change)
  }

  themeChanged(): void {
    this.#scene.themeChanged()
    this.redraw('others', 'labels', 'tool')
  }

  close(): void {
    cancelAnimationFrame(this.#noteFrame)
    this.input.close()
    this.stage.close()
  }

  // What tools see.

  keypoints(): KeypointsSubject | null {
    const { task, person } = this.#state
    const schema = task === null ? null : (this.session?.schema(task) ?? null)
    if (task === null || schema?.kind !== 'keypoints' || this.person() === null) return null
    return { person, task, schema, joints: jointsOf(this.session?.label(person, task) ?? null, schema) }
  }

  parts(): PartsSubject | null {
    const { person, task } = this.#state
    const schema = task === null ? null : (this.session?.schema(task) ?? null)
    if (task === null || schema?.kind !== 'parts') return null
    const mask = this.session?.label(person, task)?.mask ?? null
    if (mask === null) return null
    const over = this.#settings().keepOthers ? overBackground() : null
    return { person, task, parts: schema.parts, mask, part: this.#state.part, over }
  }

  /** The map of depth or normals that pixels can be taken out of. */
  depth(): { readonly person: number; readonly task: string } | null {
    const { person, task } = this.#state
    const value = task === null ? null : (this.session?.label(person, task)?.value ?? null)
    const isMap = value?.kind === 'depth' || value?.kind === 'normals'
    return task !== null && isMap ? { person, task } : null
  }

  person(): SessionPerson | null {
    return this.session?.find(this.#state.person) ?? null
  }

  brush(): BrushSettings {
    const { brushShape: shape, brushSize: size, tolerance } = this.#settings()
    return { shape, size, tolerance }
  }

  pixels(): Uint8ClampedArray | null {
    const [width, height] = [this.imageWidth, this.imageHeight]
    if (this.#pixels !== null || this.#picture === null || width * height > mostPixelsRead) return this.#pixels
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
    context?.drawImage(this.#picture, 0, 0, width, height)
    this.#pixels = context?.getImageData(0, 0, width, height).data ?? null
    return this.#pixels
  }

  setBrushSize(size: number): void {
    this.#settings().brushSize = size
  }

  choosePart(part: number): void {
    this.#state.part = part
    this.redraw('tool')
  }

  choosePerson(at: Point): void {
    const inside = (this.session?.people ?? []).filter(({ box }) => box !== null && isInside(box, at))
    const area = ({ box }: SessionPerson): number => (box === null ? Infinity : box.width * box.height)
    const smallest = inside.sort((a, b) => area(a) - area(b)).at(0)
    if (smallest !== undefined && smallest.person !== this.#state.person) this.#events.choosePerson(smallest.person)
  }

  previewJoints(joints: readonly Joint[] | null): void {
    this.#scene.joints = joints
    this.redraw('labels')
  }

  previewBox(box: SessionBox): void {
    this.#scene.box = box
    this.redraw('labels')
  }

  painted(bounds: Bounds): void {
    const mask = this.parts()?.mask ?? null
    if (mask === null) return
    this.#scene.tiles.of(mask).update(bounds)
    this.stage.redrawWithin('rasters', bounds)
  }

  edit(title: string, edits: readonly LabelEditNow[]): void {
    this.session?.edit(title, edits)
  }

  paint(title: string, patch: MaskPatch): void {
    const subject = this.parts()
    if (subject === null) return
    this.edit(title, [{ person: subject.person, task: subject.task, change: { type: 'paint', patch, drawn: true } }])
  }

  setBox(box: NonNullable<SessionBox>): void {
    const person = this.person()
    if (person === null) return
    this.session?.changePeople('changed the box', { type: 'box', person: person.person, base: person.box, box })
  }

  addPerson(box: NonNullable<SessionBox>): void {
    this.session?.changePeople('added a person', { type: 'add', box })
  }

  ghostJoints(): readonly Joint[] | null {
    const ghost = this.#ghost()
    if (ghost?.value.kind !== 'keypoints' || !this.#settings().ghost) return null
    const schema = this.session?.schema(ghost.task) ?? null
    return schema === null ? null : jointsOf({ value: ghost.value }, schema)
  }

  ghostPart({ x, y }: Point): number | null {
    const ghost = this.#ghost()
    return ghost?.value.kind === 'parts' && this.#settings().ghost ? partAt(ghost.value, x, y) : null
  }

  acceptGhost(components: readonly string[] | null): void {
    const ghost = this.#ghost()
    if (ghost === undefined) return
    const { person, task } = ghost
    const change = {
      type: 'accept',
      run: ghost.run,
      ...(components === null ? {} : { components: [...components] }),
    } as const
    const what = components === null ? 'the whole prediction' : components.join(', ')
    this.edit(`accepted ${what}`, [{ person, task, change: { type: 'remote', change } }])
  }

  /** The network's prediction of the label that is worked on. */
  #ghost(): Ghosts[number] | undefined {
    const { person, task } = this.#state
    return this.ghosts.find((one) => one.person === person && one.task === task)
  }

  redraw(...layers: readonly PaintedLayer[]): void {
    this.stage.redraw(...layers)
  }

  /** The task whose part map the tool in hand needs pixel by pixel; null: none. */
  #partsTask(): string | null {
    const { task, tool } = this.#state
    if (tool === 'select' || tool === 'box') return null
    if (task !== null && this.session?.schema(task)?.kind === 'parts') return task
    // Which joints lie beside the person is told by the first part map.
    if (tool !== 'keypoints') return null
    return this.session?.tasks.find(({ schema }) => schema.kind === 'parts')?.name ?? null
  }

  #pointer(moment: PointerMoment | null, pass: () => void): void {
    if (this.session === null) pass()
    else this.session.whenStill(pass)
    const { cursor } = this.tool
    if (this.#state.cursor !== cursor) this.#state.cursor = cursor
    this.#events.pointerMoved(moment)
    if (this.#settings().crosshair) this.redraw('tool')
    // Panels follow once a frame, however often the pointer reports.
    if (this.#noteFrame !== 0) return
    this.#noteFrame = requestAnimationFrame(() => {
      this.#noteFrame = 0
      this.#tellNote()
    })
  }

  #tellNote(): void {
    const state = this.#state
    const joints = state.tool === 'keypoints'
    state.note = this.tool.note()
    state.markedJoint = joints ? this.keypointsTool.marked() : null
    state.wantedJoint = joints ? this.keypointsTool.wanted : null
  }

  /** What the layers show at this moment. */
  #seen(): StageScene {
    const task = this.#partsTask()
    return this.#scene.seen({
      viewport: this.viewport,
      session: this.session,
      ghosts: this.ghosts,
      keypoints: this.keypoints(),
      marked: this.#state.tool === 'keypoints' ? this.keypointsTool.marked() : null,
      parts: task === null ? null : (this.session?.label(this.#state.person, task) ?? null),
    })
  }

  #paintTool(context: CanvasRenderingContext2D): void {
    if (this.session === null) return
    const { pointer } = this.#state
    if (this.#settings().crosshair && pointer !== null) paintCrosshair(context, this.viewport, pointer)
    this.tool.draw({ context, viewport: this.viewport, theme: this.#scene.theme })
  }
}
