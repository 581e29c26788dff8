import { writeSnapshot } from '../snapshot/write.ts'
import type { SnapshotPerson } from '../snapshot/write.ts'
import type { TaskSchema } from '../dataset/task.ts'
import { Random } from '../synthetic/random.ts'

/** Pictures of one bright square on noise, with every kind of label of it: the smallest set that a network can learn. */
export const squareTasks: Readonly<Record<string, TaskSchema>> = {
  place: { kind: 'keypoints', joints: ['left corner', 'right corner'], edges: [[0, 1]], flip: [1, 0] },
  mask: { kind: 'parts', parts: ['background', 'square'], flip: [0, 1] },
  look: { kind: 'attributes', attributes: ['red', 'large'] },
  far: { kind: 'depth', unit: 'metre' },
  size: {
    kind: 'vector',
    components: ['side'],
    groups: [{ name: 'side', start: 0, length: 1 }],
    flip: { permutation: [0], sign: [1] },
  },
}

/** Writes such a snapshot of `people` pictures of 32×32; every fourth person lacks the label of one task, every fifth is validation. */
export async function writeSquareSnapshot(folder: string, people: number, seed = 1): Promise<void> {
  await writeSnapshot(folder, {
    height: 32,
    width: 32,
    tasks: Object.entries(squareTasks).map(([name, schema]) => ({ name, schema })),
    people: Array.from({ length: people }, (_, index) => squarePerson(new Random(seed, index), index)),
  })
}

function squarePerson(random: Random, index: number): SnapshotPerson {
  const side = 6 + random.integer(12)
  const [left, top] = [random.integer(32 - side), random.integer(32 - side)]
  const red = random.chance(0.5)
  const rgb = Uint8Array.from({ length: 32 * 32 * 3 }, () => 40 + random.integer(60))
  const mask = new Uint8Array(32 * 32)
  const depth = new Float32Array(32 * 32).fill(5)
  for (let y = top; y < top + side; y++) {
    for (let x = left; x < left + side; x++) {
      const pixel = y * 32 + x
      mask[pixel] = 1
      depth[pixel] = 2
      rgb.set([red ? 230 : 60, 120, red ? 60 : 230], pixel * 3)
    }
  }
  const rows = {
    place: Float32Array.of(left, top, 2, left + side, top, 2),
    mask,
    look: Int8Array.of(red ? 1 : 0, side >= 12 ? 1 : 0),
    far: depth,
    size: Float32Array.of(side / 10),
  }
  // Each task in turn, shifted every five so that training people are among those who lack it.
  const turn = index >> 2
  const missing = index % 4 === 3 ? Object.keys(rows)[(turn + Math.floor(turn / 5)) % 5] : null
  const labels = Object.entries(rows)
    .filter(([task]) => task !== missing)
    .map(([task, row], number) => [task, { labelId: index * 10 + number + 1, row }])
  return { person: 1000 + index, split: index % 5 === 4 ? 'val' : 'train', rgb, labels: Object.fromEntries(labels) }
}
