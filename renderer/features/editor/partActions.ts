import { mergeParts, piecesOf, splitPart } from '../../../core/dataset/editing/fill.ts'
import type { MaskPatch, PartMask } from '../../../core/dataset/editing/mask.ts'
import { whenStill, type EditorParts } from './editorParts.ts'

/** What is done with whole parts of the chosen person's map, from the list of parts and by key. */
export function partActions(parts: EditorParts) {
  const { state, session, bench } = parts

  /** Does it on the map at image resolution, once that is loaded, and stores it as one gesture. */
  function change(work: (mask: PartMask) => MaskPatch | null, title: string): void {
    const { person, task } = state
    const of = session.value
    if (of === null || task === null) return
    const perform = async (): Promise<void> => {
      const mask = await of.mask(person, task)
      // A step back that was asked for meanwhile gives the label another map.
      if (!of.isStill) return change(work, title)
      const patch = mask === null ? null : work(mask)
      if (patch !== null) of.edit(title, [{ person, task, change: { type: 'paint', patch } }])
    }
    whenStill(parts, () => void perform().catch((error: unknown) => (state.error = error)))
  }

  function names(): readonly string[] {
    const schema = state.task === null ? null : (session.value?.schema(state.task) ?? null)
    return schema?.kind === 'parts' ? schema.parts : []
  }

  /** The part of the other side; null: the part has none. */
  function partnerOf(part: number): number | null {
    const schema = state.task === null ? null : (session.value?.schema(state.task) ?? null)
    const partner = schema?.kind === 'parts' ? (schema.flip[part] ?? part) : part
    return partner === part ? null : partner
  }

  /** All connected pieces of a part but the largest become another part; background takes specks away. */
  function splitOff(part: number, into: number): void {
    const title = `split ${names()[part]}: smaller pieces are ${names()[into]}`
    change((mask) => splitPart(mask, part, Array(piecesOf(mask, part).length).fill(into) as number[]), title)
  }

  /** All of a part becomes another one. */
  function mergeInto(part: number, into: number): void {
    change((mask) => mergeParts(mask, [part], into), `merged ${names()[part]} into ${names()[into]}`)
    bench.value?.choosePart(into === 0 ? part : into)
  }

  return { partnerOf, splitOff, mergeInto }
}
