import type { TaskKind } from '../dataset/task.ts'
import type { FamilyName } from './families.ts'

export interface HeadlineFacts {
  readonly kind: TaskKind
  /** What kind of mistake is suspected; null: nothing particular. */
  readonly family: FamilyName | null
  /** The component that stands out. */
  readonly component: string | null
}

const asWhole: Readonly<Record<TaskKind, string>> = {
  attributes: 'Attributes as a whole',
  identity: 'Another person?',
  keypoints: 'Joints as a whole',
  parts: 'Mask as a whole',
  depth: 'Depth as a whole',
  normals: 'Normals as a whole',
  vector: 'Vector as a whole',
}

/** Two or three words on what seems wrong with a label, for lists: "Left ⇄ right", "Right knee off", "Mask as a whole". */
export function suspectHeadline({ kind, family, component }: HeadlineFacts): string {
  if (family === 'swap') return 'Left ⇄ right'
  const words = component?.replaceAll('_', ' ') ?? null
  if (family === 'pixels') return words === null ? 'Unbelieved pixels' : `Pixels of ${words}`
  if (words === null || family === 'label') return asWhole[kind]
  const name = words.charAt(0).toUpperCase() + words.slice(1)
  switch (kind) {
    case 'keypoints':
      return `${name} off`
    case 'attributes':
      return `${name}: yes or no?`
    case 'parts':
      return `${name} misfits`
    case 'vector':
    case 'depth':
    case 'normals':
    case 'identity':
      return `${name} stands out`
  }
}
