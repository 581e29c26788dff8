import type { TaskKind } from '../dataset/task.ts'
import type { FamilyEvidence, FamilyName } from './families.ts'
import type { TaskSignals } from './signals.ts'

const whole: Readonly<Record<TaskKind, string>> = {
  attributes: 'The attributes as a whole do not match the picture',
  identity: 'The identity does not match the picture',
  keypoints: 'The joints as a whole do not match the picture',
  parts: 'The mask as a whole does not match the picture',
  depth: 'The depth map does not match the picture',
  normals: 'The directions of the surfaces do not match the picture',
  vector: 'The vector as a whole does not match the picture',
}

/** Below this deviation a family has nothing to point at. */
const notable = 1.5

/** One sentence on label i: which family spoke, and of what. */
export function explain(
  signals: TaskSignals,
  evidence: readonly FamilyEvidence[],
  spoke: FamilyName | null,
  i: number,
): string {
  const family = evidence.find((one) => one.family === spoke)
  if (family === undefined) return 'Training never saw this label.'
  const deviation = family.deviation[i]
  if (deviation < notable) return 'Nothing stands out: an ordinary label, ranked by small differences.'
  switch (family.family) {
    case 'swap':
      return `Left and right look exchanged: the network believes the mirrored naming (${shown(deviation)} deviations).`
    case 'pixels':
      return `Some pixels of the mask are hardly believed (${shown(deviation)} deviations)${componentsAside(signals, i)}.`
    case 'component':
      return componentSentence(signals, i) ?? wholeSentence(signals, deviation, i)
    case 'label':
      return wholeSentence(signals, deviation, i)
  }
}

function wholeSentence(signals: TaskSignals, deviation: number, i: number): string {
  const easy =
    signals.values.crossTask[i] > 0.5 ? ' The picture itself is easy: the person’s other labels were learned.' : ''
  const other = otherIdentity(signals, i)
  return `${whole[signals.history.kind]} (${shown(deviation)} deviations)${componentsAside(signals, i)}.${other}${easy}`
}

/** Of an identity: whether the network, over training, took the picture for somebody else rather than for the given person. */
function otherIdentity(signals: TaskSignals, i: number): string {
  const ahead = signals.values.areaUnderMargin[i]
  if (signals.history.kind !== 'identity' || !(ahead > 0)) return ''
  return ` Over training somebody else was believed more, by a margin of ${shown(ahead)}.`
}

function componentSentence(signals: TaskSignals, i: number): string | null {
  const worst = worstComponents(signals, i)
  if (worst.length === 0) return null
  const { kind } = signals.history
  const first = worst[0]
  if (kind === 'keypoints') {
    const others = worst.slice(1).map((component) => component.name)
    const also = others.length > 0 ? `, and ${list(others)} too` : ''
    return `${capital(first.name)} is ${shown(first.deviation)} deviations from where the network expects it${also}.`
  }
  const names = list(worst.map((component) => component.name))
  const verb = worst.length > 1 ? 'do' : 'does'
  const nouns = { attributes: 'attribute', parts: 'part', vector: 'group' } as const
  const noun = kind === 'attributes' || kind === 'parts' || kind === 'vector' ? nouns[kind] : 'label'
  return `${capital(noun)}${worst.length > 1 ? 's' : ''} ${names} ${verb} not match the picture (${shown(first.deviation)} deviations).`
}

function componentsAside(signals: TaskSignals, i: number): string {
  const worst = worstComponents(signals, i)
  return worst.length === 0 ? '' : `, most of all ${list(worst.map((component) => component.name))}`
}

/** Up to three components, worst first, that lie well above their like elsewhere and near the worst one. */
function worstComponents(signals: TaskSignals, i: number): { name: string; deviation: number }[] {
  const { components } = signals.history
  const row = signals.deviation.subarray(i * components.length, (i + 1) * components.length)
  const present = components
    .map((name, c) => ({ name, deviation: row[c] }))
    .filter((component) => component.deviation > notable)
    .sort((a, b) => b.deviation - a.deviation)
  return components.length < 2
    ? []
    : present.filter((component) => component.deviation > 0.6 * present[0].deviation).slice(0, 3)
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function shown(deviation: number): string {
  return deviation.toFixed(1)
}
