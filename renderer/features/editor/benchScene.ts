import type { Ghosts } from '../../../core/api/editing.ts'
import { jointsOutsideMask } from '../../../core/dataset/editing/keypoints.ts'
import type { Joint } from '../../../core/dataset/label.ts'
import { overlayTheme, type OverlayTheme } from '../../overlays/colours.ts'
import type { EditorSettings, EditorState } from './editorState.ts'
import type { ImageLabels } from './model/imageLabels.ts'
import type { SessionBox, SessionLabel, SessionPerson } from './model/sessionLabel.ts'
import { MaskTiles } from './stage/maskTiles.ts'
import { OtherMasks } from './stage/otherMasks.ts'
import type { StageScene } from './stage/painters.ts'
import type { Viewport } from './stage/viewport.ts'
import type { KeypointsSubject } from './tools/toolHost.ts'

/** What of the workbench is to be seen. */
export interface SeenBench {
  readonly viewport: Viewport
  readonly session: ImageLabels | null
  readonly ghosts: Ghosts
  readonly keypoints: KeypointsSubject | null
  /** The joint that the tool in hand points at. */
  readonly marked: number | null
  /** The chosen person's part map, which tells which joints lie beside them. */
  readonly parts: SessionLabel | null
}

/** Gathers what the layers of the stage show: labels, what a gesture makes of them meanwhile, and pictures of the masks. */
export class BenchScene {
  readonly tiles = new MaskTiles()
  /** Joints and box while they are dragged; null: as stored. */
  joints: readonly Joint[] | null = null
  box: SessionBox = null
  theme: OverlayTheme
  readonly #otherMasks = new OtherMasks()
  readonly #element: HTMLElement
  readonly #state: EditorState
  readonly #settings: () => EditorSettings
  readonly #shown: () => ReadonlySet<string>

  /** @param shown tasks whose labels are drawn */
  constructor(
    element: HTMLElement,
    state: EditorState,
    settings: () => EditorSettings,
    shown: () => ReadonlySet<string>,
  ) {
    this.#element = element
    this.#state = state
    this.#settings = settings
    this.#shown = shown
    this.theme = overlayTheme(element)
  }

  /** Another image is shown. */
  begin(): void {
    this.tiles.clear()
    this.joints = null
    this.box = null
  }

  themeChanged(): void {
    this.theme = overlayTheme(this.#element)
  }

  /** Pictures of masks that nobody edits any more are let go. */
  keepMasks(people: readonly SessionPerson[]): void {
    const labels = people.flatMap(({ labels: each }) => [...each.values()])
    this.tiles.keep(labels.flatMap(({ mask }) => mask ?? []))
  }

  seen({ viewport, session, ghosts, keypoints, marked, parts }: SeenBench): StageScene {
    const { person, task, hidden, tool } = this.#state
    const settings = this.#settings()
    return {
      viewport,
      theme: this.theme,
      tasks: session?.tasks ?? [],
      people: session?.people ?? [],
      person,
      shown: hidden ? new Set() : this.#shown(),
      others: settings.others && !hidden,
      boxes: settings.boxes && !hidden,
      tiles: this.tiles,
      otherMasks: this.#otherMasks,
      // Of what is worked on: that is what can be accepted.
      ghosts: settings.ghost && !hidden ? ghosts.filter((ghost) => task === null || ghost.task === task) : [],
      joints: this.joints,
      box: this.box,
      keypointsTask: keypoints?.task ?? null,
      marked,
      outside: keypoints === null || tool !== 'keypoints' ? [] : this.#outside(keypoints.joints, parts),
      boxByTool: tool === 'box',
    }
  }

  #outside(joints: readonly Joint[], parts: SessionLabel | null): readonly number[] {
    if (parts === null || parts.mask === null || parts.state === 'unlabelled') return []
    return jointsOutsideMask(this.joints ?? joints, parts.mask)
  }
}
