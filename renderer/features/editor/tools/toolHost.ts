import type { MaskPatch, PaintOver, PartMask } from '../../../../core/dataset/editing/mask.ts'
import type { Joint } from '../../../../core/dataset/label.ts'
import type { KeypointsTask } from '../../../overlays/skeleton.ts'
import type { LabelEditNow } from '../model/imageSession.ts'
import type { SessionBox } from '../model/sessionLabel.ts'
import type { PaintedLayer } from '../stage/editorStage.ts'
import type { Point, Viewport } from '../stage/viewport.ts'
import type { Bounds } from '../../../../core/dataset/editing/mask.ts'

export interface BrushSettings {
  readonly shape: 'round' | 'square'
  /** Pixels of the picture across. */
  readonly size: number
  /** Of the edge-aware brush, 0 … 255. */
  readonly tolerance: number
}

/** The skeleton that is being worked on. */
export interface KeypointsSubject {
  readonly person: number
  readonly task: string
  readonly schema: KeypointsTask
  readonly joints: readonly Joint[]
}

/** The part map that is being worked on. */
export interface PartsSubject {
  readonly person: number
  readonly task: string
  readonly parts: readonly string[]
  readonly mask: PartMask
  /** The part that is painted with. */
  readonly part: number
  /** What may be painted over. */
  readonly over: PaintOver
}

/** What tools see of the editor, and the only way in which they change anything. */
export interface ToolHost {
  readonly viewport: Viewport
  readonly imageWidth: number
  readonly imageHeight: number
  /** null: nobody is chosen, or the chosen person has no such task. */
  keypoints(): KeypointsSubject | null
  parts(): PartsSubject | null
  /** The depth map that is worked on. */
  depth(): { readonly person: number; readonly task: string } | null
  /** The chosen person and their box. */
  person(): { readonly person: number; readonly box: SessionBox } | null
  brush(): BrushSettings
  /** Pixels of the picture as a canvas gives them, of the image's own size; null: too large, or not loaded. */
  pixels(): Uint8ClampedArray | null
  setBrushSize(size: number): void
  choosePart(part: number): void
  choosePerson(at: Point): void
  /** Shows joints or a box instead of the stored ones while a gesture lasts; null: the stored ones again. */
  previewJoints(joints: readonly Joint[] | null): void
  previewBox(box: SessionBox): void
  /** A rectangle of the part map was drawn into. */
  painted(bounds: Bounds): void
  edit(title: string, edits: readonly LabelEditNow[]): void
  paint(title: string, patch: MaskPatch): void
  setBox(box: NonNullable<SessionBox>): void
  addPerson(box: NonNullable<SessionBox>): void
  /** Joints of the network's prediction; null: none is shown. */
  ghostJoints(): readonly Joint[] | null
  /** The part that the network predicts at a place of the picture; null: no prediction is shown. */
  ghostPart(at: Point): number | null
  acceptGhost(components: readonly string[] | null): void
  redraw(...layers: readonly PaintedLayer[]): void
}
