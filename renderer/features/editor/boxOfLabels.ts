import { hullOfJoints } from '../../../core/dataset/editing/keypoints.ts'
import { boundsOfParts } from '../../../core/dataset/editing/mask.ts'
import type { ImageSession } from './model/imageSession.ts'
import { jointsOf, type SessionBox } from './model/sessionLabel.ts'

/** The box around a person's joints and parts, whole pixels, within the picture; null: there are none of them. */
export async function boxOfLabels(session: ImageSession, person: number): Promise<SessionBox> {
  const found: NonNullable<SessionBox>[] = []
  for (const { name, schema } of session.tasks) {
    const label = session.label(person, name)
    if (label === null || label.state === 'unlabelled' || label.state === 'rejected') continue
    if (schema.kind === 'keypoints') {
      const hull = hullOfJoints(jointsOf(label, schema))
      if (hull !== null) found.push(hull)
    }
    if (schema.kind === 'parts') {
      const mask = await session.mask(person, name)
      const bounds = mask === null ? null : boundsOfParts(mask)
      if (bounds !== null) found.push({ x: bounds.left, y: bounds.top, width: bounds.width, height: bounds.height })
    }
  }
  if (found.length === 0) return null
  const left = Math.max(0, Math.floor(Math.min(...found.map(({ x }) => x))))
  const top = Math.max(0, Math.floor(Math.min(...found.map(({ y }) => y))))
  const right = Math.min(session.width, Math.ceil(Math.max(...found.map(({ x, width }) => x + width))))
  const bottom = Math.min(session.height, Math.ceil(Math.max(...found.map(({ y, height }) => y + height))))
  return right - left < 2 || bottom - top < 2 ? null : { x: left, y: top, width: right - left, height: bottom - top }
}
