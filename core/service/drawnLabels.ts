import type { DrawnLabel, DrawnPerson, DrawnValue, LabelsOfPeople, TaskView } from '../api/labels.ts'
import type { DepthValue, LabelValue, NormalsValue, PartsValue } from '../dataset/label.ts'
import { componentOf, isValidNormal, normalChannel } from '../dataset/normals.ts'
import { rasterSize, runsOf, sampleRaster, sampleRuns } from '../dataset/rasterRuns.ts'
import type { TaskSchema } from '../dataset/task.ts'
import type { Image } from '../store/images.ts'
import { undamaged, type EncodedParts } from '../store/labelCodec.ts'
import type { DrawableLabel } from '../store/labels.ts'
import type { Project } from '../store/project.ts'

export interface DrawingOptions {
  /** Missing: every task. */
  readonly tasks?: readonly string[]
  /** Most cells along the longer side of a raster; missing: as stored. */
  readonly side?: number
}

/** A value as windows draw it (core/api/labels.ts), rasters sampled down to `side` cells. */
export function drawnValueOf(value: LabelValue, side?: number): DrawnValue {
  switch (value.kind) {
    case 'keypoints':
      return { kind: 'keypoints', joints: value.joints.map(({ x, y, v }) => [x, y, v]) }
    case 'parts':
      return drawnParts(value, side)
    case 'depth':
      return drawnDepth(value, side)
    case 'normals':
      return drawnNormals(value, side)
    case 'attributes':
      return { kind: 'attributes', values: [...value.values] }
    case 'identity':
      return { kind: 'identity', identity: value.identity, camera: value.camera }
    case 'vector':
      return { kind: 'vector', values: Array.from(value.values, (entry) => (Number.isFinite(entry) ? entry : null)) }
  }
}

function drawnParts(value: PartsValue, side: number | undefined): DrawnValue {
  const { left, top, width, height } = value
  const { columns, rows } = rasterSize(width, height, side)
  let cells = value.data
  if (columns !== width || rows !== height) {
    cells = new Uint8Array(columns * rows)
    sampleRaster(value.data, width, height, cells, columns, rows)
  }
  return { kind: 'parts', left, top, width, height, columns, rows, runs: base64(runsOf(cells)) }
}

/** Without its pixels, of which a picture of twelve megapixels has too many for one that is only looked at. */
function drawnEncoded({ left, top, width, height, runs }: EncodedParts, side: number | undefined): DrawnValue {
  const cells = rasterSize(width, height, side)
  const sampled = undamaged('parts', () => sampleRuns(runs, { width, height }, cells))
  return { kind: 'parts', left, top, width, height, ...cells, runs: base64(sampled) }
}

function drawnDepth(value: DepthValue, side: number | undefined): DrawnValue {
  const { left, top, width, height, scale, offset } = value
  const { columns, rows } = rasterSize(width, height, side)
  const raw = new Uint16Array(columns * rows)
  sampleRaster(value.data, width, height, raw, columns, rows)
  const [least, most] = rawRange(raw)
  const levels = new Uint8Array(raw.length)
  const span = Math.max(1, most - least)
  for (let index = 0; index < raw.length; index++) {
    if (raw[index] === 0) continue
    const share = Math.min(1, Math.max(0, (raw[index] - least) / span))
    levels[index] = 1 + Math.round(254 * share)
  }
  const [low, high] = [least * scale + offset, most * scale + offset]
  return { kind: 'depth', left, top, width, height, columns, rows, levels: base64(levels), low, high }
}

function drawnNormals(value: NormalsValue, side: number | undefined): DrawnValue {
  const { left, top, width, height, data } = value
  const { columns, rows } = rasterSize(width, height, side)
  const colours = new Uint8Array(columns * rows * 3)
  for (let row = 0, cell = 0; row < rows; row++) {
    const start = Math.floor(((row + 0.5) * height) / rows) * width
    for (let column = 0; column < columns; column++, cell++) {
      const pixel = start + Math.floor(((column + 0.5) * width) / columns)
      if (!isValidNormal(data, pixel)) continue
      for (let axis = 0; axis < 3; axis++) colours[3 * cell + axis] = normalChannel(componentOf(data[3 * pixel + axis]))
    }
  }
  return { kind: 'normals', left, top, width, height, columns, rows, colours: base64(colours) }
}

/** The 2nd and 98th percentile of the valid raw values: a few wild ones do not flatten the rest. */
function rawRange(raw: Uint16Array): [number, number] {
  const valid = raw.filter((entry) => entry !== 0).sort()
  if (valid.length === 0) return [1, 65535]
  return [valid[Math.floor(0.02 * (valid.length - 1))], valid[Math.ceil(0.98 * (valid.length - 1))]]
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** A task's schema in the contract's form. */
export function taskViewOf(name: string, schema: TaskSchema): TaskView {
  switch (schema.kind) {
    case 'attributes':
      return { name, schema: { kind: 'attributes', attributes: [...schema.attributes] } }
    case 'identity':
      return { name, schema: { kind: 'identity' } }
    case 'keypoints': {
      const edges = schema.edges.map(([a, b]): [number, number] => [a, b])
      return { name, schema: { kind: 'keypoints', joints: [...schema.joints], edges, flip: [...schema.flip] } }
    }
    case 'parts':
      return { name, schema: { kind: 'parts', parts: [...schema.parts], flip: [...schema.flip] } }
    case 'depth':
      return { name, schema: { kind: 'depth', unit: schema.unit } }
    case 'normals':
      return { name, schema: { kind: 'normals' } }
    case 'vector': {
      const flip = schema.flip && { permutation: [...schema.flip.permutation], sign: [...schema.flip.sign] }
      const groups = schema.groups.map((group) => ({ ...group }))
      return { name, schema: { kind: 'vector', components: [...schema.components], groups, flip } }
    }
  }
}

function drawnLabelOf(
  label: DrawableLabel,
  sources: ReadonlyMap<number, string>,
  side: number | undefined,
): DrawnLabel {
  const { value } = label
  return {
    label: label.id,
    task: label.task,
    state: label.state,
    origin: label.origin,
    source: label.source === null ? null : (sources.get(label.source) ?? null),
    disputed: label.disputed,
    value: value?.kind === 'encoded-parts' ? drawnEncoded(value, side) : value && drawnValueOf(value, side),
  }
}

/** People with their labels in force, in the order asked for; people that are gone are left out. */
export function drawnPeople(project: Project, people: readonly number[], options: DrawingOptions = {}): LabelsOfPeople {
  const tasks = project.tasks.all().filter((task) => options.tasks?.includes(task.name) ?? true)
  const names = tasks.map((task) => task.name)
  const sources = new Map(project.sources.all().map((source) => [source.id, source.name]))
  const labels = Map.groupBy(project.labels.currentDrawable(people, names), ({ person }) => person)
  const images = new Map<number, Image | undefined>()
  const imageOf = (id: number): Image | undefined => {
    if (!images.has(id)) images.set(id, project.images.get(id))
    return images.get(id)
  }
  const drawn = people.flatMap((id): DrawnPerson[] => {
    const person = project.people.get(id)
    const image = person && imageOf(person.image)
    if (person === undefined || image === undefined) return []
    return [
      {
        person: id,
        image: image.id,
        imageWidth: image.width,
        imageHeight: image.height,
        box: person.box,
        labels: (labels.get(id) ?? []).map((label) => drawnLabelOf(label, sources, options.side)),
      },
    ]
  })
  return { tasks: tasks.map((task) => taskViewOf(task.name, task.schema)), people: drawn }
}
