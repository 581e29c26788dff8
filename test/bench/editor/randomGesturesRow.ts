import { openFixture } from '../../../core/service/editing/editingFixture.ts'
import { playRandomGestures } from '../../../core/service/editing/randomGestures.ts'
import type { BenchmarkMeasurement } from '../benchmark.ts'
import type { EditorBench } from './editorBench.ts'

/** Random gestures with random undo and redo, compared with a plain reference after each, for three seeds. */
export async function measureRandomGestures({ log }: EditorBench): Promise<BenchmarkMeasurement[]> {
  let differences = 0
  for (const seed of [1, 2, 3]) {
    const fixture = openFixture()
    try {
      const played = await playRandomGestures(fixture, { seed, gestures: 1000 })
      differences += played.differences.length
      log(
        `seed ${seed}: ${played.gestures} gestures, ${played.undone} undone, ${played.redone} done again, ${played.refused} refused`,
      )
      for (const difference of played.differences.slice(0, 3)) log(difference)
    } finally {
      await fixture.close()
    }
  }
  return [{ id: 'gestures.differences', value: differences, unit: 'labels', must: 0, better: 'lower' }]
}
