import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Joint } from '../../dataset/label.ts'
import { createProject, type Project } from '../project.ts'

/**
 * For tests: five people in three pictures and a picture without people, of two sources.
 *
 * | person | picture     | source | box height | tags: hat, bag | joints visible | suspect score |
 * |--------|-------------|--------|------------|----------------|----------------|---------------|
 * | 1      | 1 street/a  | one    | 100        | yes, no        | 2              | 3 (flagged)   |
 * | 2      | 1 street/a  | one    | 50         | no, not annot. | –              | –             |
 * | 3      | 2 street/b  | one    | 200        | –              | 1 (verified)   | 1             |
 * | 4      | 3 beach/c   | two    | –          | yes, yes       | –              | –             |
 * | 5      | 3 beach/c   | both   | 80         | –              | –              | –             |
 */
export function smallProject(): { readonly project: Project; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'mend-browse-'))
  const project = createProject(path.join(folder, 'p.mend'))
  project.transaction((writer) => {
    const description = { format: 'f', folder: '', mapping: {}, report: {} }
    const one = writer.sources.insert({ name: 'one', ...description })
    const two = writer.sources.insert({ name: 'two', ...description })
    const names = ['street/a.jpg', 'street/b.jpg', 'beach/c.jpg', 'beach/empty.jpg']
    const images = names.map((name, at) => {
      const image = writer.images.insert({
        sha256: String(at).repeat(64),
        dHash: 0n,
        width: 400,
        height: 300,
        file: `/pictures/${name}`,
        split: at === 0 ? 'train' : null,
      })
      writer.images.addSource(image, { source: at < 2 ? one : two, path: name, split: null })
      return image
    })
    const heights = [100, 50, 200, null, 80]
    const people = [0, 0, 1, 2, 2].map((image, at) => {
      const height = heights[at]
      return writer.people.insert({
        image: images[image],
        box: height === null ? null : { x: 0, y: 0, width: 10, height },
      })
    })
    people.forEach((person, at) => {
      if (at !== 3) writer.people.addSource(person, { source: one, key: `p${at}`, box: null })
      if (at >= 3) writer.people.addSource(person, { source: two, key: null, box: null })
    })
    const tags = writer.tasks.insert('tags', { kind: 'attributes', attributes: ['hat', 'bag'] })
    const joints = writer.tasks.insert('joints', {
      kind: 'keypoints',
      joints: ['head', 'foot'],
      edges: [[0, 1]],
      flip: [0, 1],
    })
    const common = { source: one, state: 'labelled', origin: 'imported', current: true } as const
    const label = (person: number, values: (boolean | null)[]): number =>
      writer.labels.insert({ ...common, person, task: tags, value: { kind: 'attributes', values } })
    const skeleton = (...v: (0 | 1 | 2)[]) => ({
      kind: 'keypoints' as const,
      joints: v.map((state): Joint => ({ x: state, y: state, v: state })),
    })
    label(people[0], [true, false])
    label(people[1], [false, null])
    label(people[3], [true, true])
    const first = writer.labels.insert({ ...common, person: people[0], task: joints, value: skeleton(2, 2) })
    const third = writer.labels.insert({
      ...common,
      state: 'verified',
      person: people[2],
      task: joints,
      value: skeleton(2, 1),
    })
    writer.connection.script(`INSERT INTO run (id, kind, status, created_at, updated_at, configuration)
      VALUES (1, 'train', 'done', '', '', '{}')`)
    const suspect = { signals: {}, why: '', component: null }
    writer.suspects.replace(1, 'joints', [
      { label: first, rank: 1, score: 3, flagged: true, ...suspect },
      { label: third, rank: 2, score: 1, flagged: false, ...suspect },
    ])
    writer.advanceGeneration()
  })
  return {
    project,
    remove: () => {
      project.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
