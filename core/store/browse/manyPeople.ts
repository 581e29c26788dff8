import { createProject } from '../project.ts'

/** For tests: a project of so many people, each alone in a picture that is not there, with one attribute, "yes". */
export function manyPeople(folder: string, people: number): void {
  const project = createProject(folder)
  project.transaction((writer) => {
    const source = writer.sources.insert({ name: 'one', format: 'f', folder: '', mapping: {}, report: {} })
    const task = writer.tasks.insert('tags', { kind: 'attributes', attributes: ['hat'] })
    for (let at = 0; at < people; at++) {
      const picture = { dHash: 0n, width: 10, height: 10, file: `/${at}.jpg`, split: null }
      const image = writer.images.insert({ ...picture, sha256: at.toString(16).padStart(64, '0') })
      const person = writer.people.insert({ image, box: null })
      const value = { kind: 'attributes', values: [true] } as const
      writer.labels.insert({ person, task, source, value, state: 'labelled', origin: 'imported', current: true })
    }
  })
  project.close()
}
