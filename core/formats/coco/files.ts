import { open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Split } from '../../dataset/label.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { ReadOptions } from '../format.ts'
import { splitOfName } from '../pictureFinder.ts'
import { resolveInside } from '../sourcePaths.ts'

export interface AnnotationFile {
  readonly path: string
  /** For reports, relative to the source. */
  readonly name: string
  readonly split: Split | null
}

export interface CocoFiles {
  /** Folder that picture paths are relative to: the source, or the dataset's folder of the one file (`rootOfFile`). */
  readonly root: string
  readonly files: readonly AnnotationFile[]
}

const annotationFolders = ['', 'annotations', 'annotation', 'labels', 'json']
const otherSubjects = /caption|panoptic|stuff|image_info/i
const probeBytes = 2 ** 20

/** The top-level lists of COCO among those that the beginning and end of a file show. */
async function probe(file: string): Promise<ReadonlySet<string>> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const text: string[] = []
    for (const at of size > probeBytes ? [0, size - probeBytes] : [0]) {
      const part = Buffer.alloc(Math.min(size, probeBytes))
      const { bytesRead } = await handle.read(part, 0, part.length, at)
      text.push(part.toString('latin1', 0, bytesRead))
    }
    if (!/^(?:\u00ef\u00bb\u00bf)?\s*\{/.test(text[0])) return new Set()
    const found = text.flatMap((part) => [...part.matchAll(/"(images|annotations|categories)"\s*:\s*\[/g)])
    return new Set(found.map((match) => match[1]))
  } finally {
    await handle.close()
  }
}

/** 0 … 1: how sure a JSON file is COCO's. */
export async function cocoLikeness(file: string): Promise<number> {
  const lists = await probe(file)
  if (lists.has('images') && lists.has('annotations')) return lists.has('categories') ? 0.95 : 0.8
  // In a large file a list may begin in the middle.
  return lists.size === 2 ? 0.5 : 0
}

async function jsonFilesIn(root: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const folder of annotationFolders) {
    const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (entry.isFile() && /\.json$/i.test(entry.name) && found.length < 64) {
        found.push(folder === '' ? entry.name : `${folder}/${entry.name}`)
      }
    }
  }
  return found.sort()
}

/**
 * The dataset's folder of one annotation file: the folder it lies in, or, where that is one for annotations, the folder
 * above, which holds the pictures.
 */
export function rootOfFile(file: string): string {
  const folder = path.dirname(path.resolve(file))
  const isForAnnotations = annotationFolders.includes(path.basename(folder).toLowerCase())
  return isForAnnotations ? path.dirname(folder) : folder
}

/**
 * The COCO files of a source: itself when it is a file, those that option `annotations` names (comma-separated), or every
 * JSON file of the folder or its `annotations` folder that has COCO's lists, except captions, panoptic and stuff.
 * @throws MendError `coco-not-found`, `path-outside-source`
 */
export async function findCocoFiles(source: string, options: ReadOptions = {}): Promise<CocoFiles> {
  const info = await stat(source).catch(() => null)
  const describe = (root: string, name: string): AnnotationFile => ({
    path: path.join(root, name),
    name,
    split: splitOfName(path.basename(name)),
  })
  if (info?.isFile() === true) {
    const root = rootOfFile(source)
    return { root, files: [describe(root, path.relative(root, source).split(path.sep).join('/'))] }
  }
  const chosen = options.options?.annotations
  if (chosen !== undefined) {
    const names = chosen.split(',').map((name) => name.trim())
    for (const name of names) {
      const file = await stat(await resolveInside(source, name)).catch(() => null)
      if (file?.isFile() !== true) throw notFound(source, `no file ${name}`)
    }
    return { root: source, files: names.map((name) => describe(source, name)) }
  }
  const names: string[] = []
  for (const name of await jsonFilesIn(source)) {
    const file = await resolveInside(source, name)
    if (!otherSubjects.test(path.basename(name)) && (await cocoLikeness(file)) > 0) names.push(name)
  }
  if (names.length === 0) throw notFound(source, 'no JSON file with "images" and "annotations"')
  return { root: source, files: names.map((name) => describe(source, name)) }
}

function notFound(source: string, found: string): MendError {
  return new MendError('coco-not-found', `${source}: ${found}`, 'Name the file: option annotations=PATH.')
}
