/** Addresses of pictures at the service (core/service/http/mediaRoutes.ts). `project` is the reference of the project. */

/** Sides, in pixels, that crops and thumbnails are kept in. */
const sides = [96, 160, 256, 384, 640, 1024] as const

/** The smallest kept side that is not smaller than asked for. */
export function keptSide(wanted: number): number {
  return sides.find((side) => side >= wanted) ?? sides[sides.length - 1]
}

export interface CropRequest {
  /** Longer side in device pixels. */
  readonly size: number
  /** Room around the box, as a share of its sides; `gridCrop` unless there is a reason. */
  readonly margin: number
  /** Width divided by height; null: the box's own. */
  readonly aspect: number | null
}

/** The crop of tiles: `cropWindow` with these tells which pixels the picture shows. */
export const gridCrop = { margin: 0.12, aspect: 0.7 } as const

interface PersonPlace {
  readonly person: number
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null
}

/** A person's crop. The box is part of the address, so that a crop is kept until the box changes. */
export function cropUrl(project: string, { person, box }: PersonPlace, { size, margin, aspect }: CropRequest): string {
  const shape = aspect === null ? '' : `&aspect=${aspect}`
  const version =
    box === null ? 'whole' : [box.x, box.y, box.width, box.height].map((side) => side.toFixed(1)).join('_')
  const base = `/media/${encodeURIComponent(project)}/people/${person}/crop`
  return `${base}?size=${keptSide(size)}&margin=${margin}${shape}&v=${version}`
}

export function thumbUrl(project: string, image: number, size: number): string {
  return `/media/${encodeURIComponent(project)}/images/${image}/thumb?size=${keptSide(size)}&v=1`
}

/** The picture itself, upright. */
export function fullUrl(project: string, image: number): string {
  return `/media/${encodeURIComponent(project)}/images/${image}/full`
}
