import type { Configured, SweepPoint } from '../../api/controllable.ts'
import type { ControllableConfiguration } from '../../training/controllable/controller.ts'

type Feasible = Extract<Configured, { readonly feasible: true }>
type Configuration = SweepPoint['configuration']

/** What a sweep lets expect of a configuration, measured or not; null each where nothing was swept. */
export function expectation(
  points: readonly SweepPoint[],
  configuration: ControllableConfiguration,
  macs: number,
): Pick<Feasible, 'milliseconds' | 'expected'> {
  if (points.length === 0) return { milliseconds: null, expected: null }
  const differences = points.map((point) => difference(point.configuration, configuration))
  const nearest = points[differences.indexOf(Math.min(...differences))]
  const measured = difference(nearest.configuration, configuration) === 0
  return {
    milliseconds: measured
      ? { value: nearest.milliseconds, basis: 'measured', of: [nearest.macs] }
      : interpolated(points, macs),
    expected: { basis: measured ? 'measured' : 'nearest', of: nearest.configuration, metrics: nearest.metrics },
  }
}

/** Between the nearest measured costs on both sides; beyond all, the outermost one's. */
function interpolated(points: readonly SweepPoint[], macs: number): Feasible['milliseconds'] {
  const ordered = [...points].sort((a, b) => a.macs - b.macs)
  const above = ordered.find((point) => point.macs >= macs) ?? ordered[ordered.length - 1]
  const below = ordered.findLast((point) => point.macs <= macs) ?? ordered[0]
  const distance = above.macs - below.macs
  const share = distance > 0 ? (macs - below.macs) / distance : 0
  const value = below.milliseconds + share * (above.milliseconds - below.milliseconds)
  return { value, basis: 'interpolated', of: [...new Set([below.macs, above.macs])] }
}

/** How unlike two configurations are: 0 for the same, at most 1; the encoder serves all tasks and counts for as much as they do. */
export function difference(a: Configuration, b: Configuration): number {
  if (a.kind === 'slim' && b.kind === 'slim') {
    const tasks = Object.keys(a.decoders)
    const decoders = tasks.reduce((sum, task) => sum + Math.abs(a.decoders[task] - (b.decoders[task] ?? 0)), 0)
    return (Math.abs(a.encoder - b.encoder) + decoders / Math.max(1, tasks.length)) / 2
  }
  if (a.kind === 'tree' && b.kind === 'tree') {
    const edges = a.parents.flatMap((layer, at) =>
      Object.entries(layer).map(([node, parent]): number => (b.parents[at]?.[node] === parent ? 0 : 1)),
    )
    const different = edges.reduce((sum, edge) => sum + edge, 0) / Math.max(1, edges.length)
    const tasks = Object.keys(a.preferences)
    const apart = tasks.reduce((sum, task) => sum + Math.abs(a.preferences[task] - (b.preferences[task] ?? 0)), 0)
    return (different + apart / 2 + Math.abs(a.frugality - b.frugality)) / 3
  }
  return 1
}
