import type { Cloth, Colour } from './identity.ts'
import type { Point } from './rotation.ts'
import type { Frame } from './skeleton.ts'

/** Body parts as the rasterizer numbers them; the masks of the profiles are made from these. */
export const bodyPart = {
  object: 0,
  hair: 1,
  head: 2,
  torso: 3,
  hips: 4,
  rightUpperArm: 5,
  leftUpperArm: 6,
  rightLowerArm: 7,
  leftLowerArm: 8,
  rightThigh: 9,
  leftThigh: 10,
  rightCalf: 11,
  leftCalf: 12,
  rightFoot: 13,
  leftFoot: 14,
} as const
export type BodyPart = (typeof bodyPart)[keyof typeof bodyPart]

/** How a surface is painted; face and hair read the point in the head's frame. */
export type Material =
  | { readonly kind: 'cloth'; readonly cloth: Cloth }
  | { readonly kind: 'solid'; readonly colour: Colour; readonly grain: number }
  | {
      readonly kind: 'face'
      readonly colour: Colour
      readonly brows: Colour
      readonly glasses: boolean
      /** Size of the head against the average one. */
      readonly size: number
    }

/**
 * A rounded cone: the convex hull of two spheres, in a frame whose axes may be stretched, so that a chest is wider than
 * deep and a head is an ellipsoid. Points and radii in metres, before the stretch.
 */
export interface Primitive {
  readonly frame: Frame
  readonly a: Point
  readonly b: Point
  readonly radiusA: number
  readonly radiusB: number
  readonly stretch: Point
  /** A hem: ends at the second sphere's rim, without its cap. */
  readonly open: boolean
  readonly part: BodyPart
  readonly material: Material
  /** What stands about: seats and occluders do not count for the person's extent. */
  readonly scenery: boolean
  /** Belongs to the bag of that kind. */
  readonly bag: 'backpack' | 'handbag' | null
}

export interface PrimitiveOptions {
  readonly stretch?: Point
  readonly open?: boolean
  readonly scenery?: boolean
  readonly bag?: 'backpack' | 'handbag'
}

/** A rounded cone from `a` (radius `radiusA`) to `b`. */
export function cone(
  frame: Frame,
  part: BodyPart,
  material: Material,
  [a, radiusA]: readonly [Point, number],
  [b, radiusB]: readonly [Point, number],
  { stretch = [1, 1, 1], open = false, scenery = false, bag }: PrimitiveOptions = {},
): Primitive {
  return { frame, a, b, radiusA, radiusB, stretch, open, part, material, scenery, bag: bag ?? null }
}

/** An ellipsoid with the given half axes. */
export function ellipsoid(
  frame: Frame,
  part: BodyPart,
  material: Material,
  centre: Point,
  [halfX, halfY, halfZ]: Point,
  options: Omit<PrimitiveOptions, 'stretch' | 'open'> = {},
): Primitive {
  return cone(frame, part, material, [centre, halfX], [centre, halfX], {
    ...options,
    stretch: [1, halfY / halfX, halfZ / halfX],
  })
}
