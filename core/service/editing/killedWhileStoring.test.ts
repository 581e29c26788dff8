import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { maskOfParts } from '../../dataset/editing/mask.ts'
import { openFixture, stored, type EditingFixture } from './editingFixture.ts'

let fixture: EditingFixture
beforeEach(() => {
  fixture = openFixture()
})
afterEach(() => fixture.close())

/**
 * Stores gesture after gesture: the nth answers attribute 1 and paints pixel n of the part map, of one person; each result
 * is printed once it is there.
 */
const program = `
import { openProject } from '${new URL('../../store/project.ts', import.meta.url).href}'
import { applyEdits } from '${new URL('./applyEdits.ts', import.meta.url).href}'
import { patchRuns } from '${new URL('../../dataset/editing/maskRuns.ts', import.meta.url).href}'
const project = openProject(process.argv[1])
let bases = { tags: 0, parts: 0 }
const after = Uint8Array.of(3)
for (let n = 0; n < 1200; n++) {
  const bounds = { left: n % 40, top: Math.floor(n / 40), width: 1, height: 1 }
  const answers = { type: 'set-attributes', values: [{ index: 1, name: 'bag', value: n % 2 === 0 }] }
  const stroke = { type: 'paint', ...patchRuns({ bounds, before: after, after }) }
  const edits = [
    { person: 1, task: 'tags', base: bases.tags, change: answers },
    { person: 1, task: 'parts', base: bases.parts, change: stroke },
  ]
  const head = { image: 1, gesture: 'gesture-' + n, reason: 'stroke ' + n, by: 'Ann' }
  const result = applyEdits(project, { ...head, edits })
  if (result.outcome !== 'stored') throw new Error(JSON.stringify(result))
  bases = Object.fromEntries(result.labels.map((label) => [label.task, label.revision]))
  process.stdout.write(n + '\\n')
}
`

test.each([8, 40])(
  'killed after %i gestures, the service has lost none that it said was stored, and left none half done',
  async (wanted) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, fixture.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let answered = -1
    for await (const line of createInterface({ input: child.stdout })) {
      answered = Number(line)
      if (answered === wanted) child.kill('SIGKILL')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    expect(child.signalCode).toBe('SIGKILL')
    const { gestures, mask, tags } = fixture.look((project) => {
      const [part] = project.labels.currentOf(1, ['parts'])
      const [tag] = project.labels.currentOf(1, ['tags'])
      return {
        gestures: project.connection.one<{ count: number }>('SELECT count(*) AS count FROM gesture').count,
        mask: part.value?.kind === 'parts' ? maskOfParts(part.value, 40, 30).data : new Uint8Array(),
        tags: tag.value?.kind === 'attributes' ? tag.value.values : [],
      }
    })
    // At most one was stored whose answer did not come through.
    expect([answered + 1, answered + 2]).toContain(gestures)
    const painted = Array.from(mask.keys()).filter((at) => mask[at] === 3)
    expect(painted).toEqual(Array.from({ length: gestures }, (_, n) => n))
    expect(tags[1]).toBe((gestures - 1) % 2 === 0)
    const undone = stored(await fixture.client.editing.undo({ project: fixture.folder, image: 1 }))
    expect(undone.title).toBe(`stroke ${gestures - 1}`)
  },
)
