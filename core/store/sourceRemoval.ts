import path from 'node:path'
import type { Split } from '../dataset/label.ts'
import { sameLabelValue } from '../dataset/labelValue.ts'
import { MendError } from '../dataset/mendError.ts'
import type { ProjectWriter } from './project.ts'
import { trimSchemas } from './schemaTrim.ts'

export interface SourceRemoval {
  readonly source: number
  readonly name: string
  /** Images, people, labels and tasks that are gone with the source. */
  readonly images: number
  readonly people: number
  readonly labels: number
  readonly tasks: number
  /** Labels of other sources that came into force in the place of removed ones. */
  readonly promoted: number
  /** Labels that somebody had made over in the project: they stay, as made here. */
  readonly kept: number
  /** Copied pictures that nothing refers to any more, relative to the project. */
  readonly pictures: readonly string[]
}

/**
 * Takes a whole import out: its labels, the people and images that only it knew, the tasks that only it brought. What
 * people made of its labels in the project stays, and merged people keep the other sources' labels. Inside a transaction.
 * Throws `source-unknown`.
 */
export function removeSourceRows(writer: ProjectWriter, source: number): SourceRemoval {
  const { connection } = writer
  const found = writer.sources.get(source)
  if (found === undefined) {
    throw new MendError('source-unknown', `there is no source ${source}`, 'List them with `mend sources PROJECT`.')
  }
  const kept = connection.run(
    "UPDATE label SET source_id = NULL WHERE source_id = ? AND touched = 1 AND origin <> 'imported'",
    source,
  ).changes
  const affected = connection.all<{ person: number; task: number }>(
    'SELECT DISTINCT person_id AS person, task_id AS task FROM label WHERE source_id = ?',
    source,
  )
  const labels = connection.run('DELETE FROM label WHERE source_id = ?', source).changes
  let promoted = 0
  for (const { person, task } of affected) if (settle(writer, person, task)) promoted++
  const people = removePeople(writer, source)
  const images = removeImages(writer, source)
  const tasks = removeTasks(writer, source)
  trimSchemas(writer, source)
  writer.sources.delete(source)
  writer.advanceGeneration()
  return { source, name: found.name, labels, promoted, kept, people, tasks, ...images }
}

/** Chooses a label in force where there is none and renews the mark of dispute; whether it chose one. */
function settle(writer: ProjectWriter, person: number, task: number): boolean {
  const { connection } = writer
  // What people made comes first, then what they confirmed, then the oldest import.
  const candidates = connection.all<{ id: number; current: number }>(
    `SELECT id, current FROM label WHERE person_id = ? AND task_id = ?
     ORDER BY current DESC, state = 'unlabelled', state = 'rejected', touched DESC, state = 'verified' DESC, id`,
    person,
    task,
  )
  if (candidates.length === 0) return false
  const values = candidates.flatMap(({ id }) => writer.labels.get(id)?.value ?? [])
  writer.labels.setDisputed(
    person,
    task,
    values.some((value) => !sameLabelValue(values[0], value)),
  )
  if (candidates[0].current === 1) return false
  writer.labels.setCurrent(candidates[0].id)
  return true
}

function removePeople(writer: ProjectWriter, source: number): number {
  const { connection } = writer
  const known = connection.all<{ id: number; boxOrigin: string; others: number; labels: number }>(
    `SELECT person.id, person.box_origin AS boxOrigin,
       (SELECT count(*) FROM person_source AS other WHERE other.person_id = person.id AND other.source_id <> ?) AS others,
       (SELECT count(*) FROM label WHERE label.person_id = person.id) AS labels
     FROM person_source JOIN person ON person.id = person_source.person_id WHERE person_source.source_id = ?`,
    source,
    source,
  )
  connection.run('DELETE FROM person_source WHERE source_id = ?', source)
  let removed = 0
  for (const person of known) {
    if (person.others === 0 && person.labels === 0) {
      writer.people.delete(person.id)
      removed++
    } else if (person.others > 0 && person.boxOrigin === 'imported') {
      const box = writer.people.sourcesOf(person.id).find((other) => other.box !== null)?.box ?? null
      writer.people.setBox(person.id, box, 'imported')
    }
  }
  return removed
}

function removeImages(writer: ProjectWriter, source: number): { images: number; pictures: string[] } {
  const { connection } = writer
  const known = connection.all<{ id: number; split: Split | null; path: string; people: number }>(
    `SELECT DISTINCT image.id, image.split, image.path,
       (SELECT count(*) FROM person WHERE person.image_id = image.id) AS people
     FROM image_source JOIN image ON image.id = image_source.image_id WHERE image_source.source_id = ?`,
    source,
  )
  connection.run('DELETE FROM image_source WHERE source_id = ?', source)
  const pictures: string[] = []
  let images = 0
  for (const { id, path: stored, people } of known) {
    const image = writer.images.get(id)
    if (image === undefined) continue
    const others = writer.images.sourcesOf(image.id)
    if (others.length === 0 && people === 0) {
      writer.images.delete(image.id)
      if (image.copied) pictures.push(stored)
      images++
    } else if (others.length > 0) {
      writer.images.setSplit(image.id, others.find((other) => other.split !== null)?.split ?? null)
      const folder = writer.sources.get(others[0].source)?.folder
      if (!image.copied && folder !== undefined) writer.images.setFile(image.id, path.join(folder, others[0].path))
    }
  }
  return { images, pictures }
}

/** Tasks that the source brought: gone when nobody else uses them, else handed to the oldest source that does. */
function removeTasks(writer: ProjectWriter, source: number): number {
  const { connection } = writer
  let removed = 0
  for (const task of writer.tasks.all()) {
    if (task.source !== source) continue
    const { labels, heir } = connection.one<{ labels: number; heir: number | null }>(
      'SELECT count(*) AS labels, min(source_id) AS heir FROM label WHERE task_id = ?',
      task.id,
    )
    if (labels === 0) {
      writer.tasks.delete(task.id)
      removed++
    } else connection.run('UPDATE task SET source_id = ? WHERE id = ?', heir, task.id)
  }
  return removed
}
