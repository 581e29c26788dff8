import type { Box, Joint } from '../dataset/label.ts'
import type { TaskKind } from '../dataset/task.ts'
import { drawBackdrop, paintBackground, type Backdrop, type Stage } from './background.ts'
import { bodyPrimitives } from './body.ts'
import { develop, drawCamera, type Camera } from './camera.ts'
import { backgroundPixel, compose, composeNormals, type Composition } from './compose.ts'
import { drawAppearance, type Appearance } from './identity.ts'
import { poseFromAngles, type Pose } from './pose.ts'
import { drawPose, type PoseFamily } from './poseFamilies.ts'
import type { Primitive } from './primitive.ts'
import { personPlace, type Profile, type SyntheticSource } from './profile.ts'
import { Random } from './random.ts'
import { rasterize, type View } from './rasterizer.ts'
import { unit } from './rotation.ts'
import { occluder, seat, type Extent } from './scenery.ts'
import type { Light } from './shading.ts'
import { poseBody, type PosedBody } from './skeleton.ts'
import { prepareSolid, type Solid } from './solid.ts'
import { streetClassOfPart } from './tasks.ts'
import { encodeVector } from './vector.ts'
import { projectJoints, visibleAttributes } from './visibility.ts'

export interface RenderOptions {
  readonly seed: number
  /** Which person; the picture does not depend on how many are made. */
  readonly index: number
  readonly profile: Profile
  /** Labels the directions of surfaces too, whatever the source labels. */
  readonly normals?: boolean | undefined
  /** Pixels. */
  readonly width: number
  readonly height: number
}

/** A picture of one person with everything that is true of it. */
export interface SyntheticPerson {
  readonly width: number
  readonly height: number
  /** [H·W·3] */
  readonly rgb: Uint8Array
  /** [H·W], numbers of the profile's parts schema. */
  readonly parts: Uint8Array
  /**
   * Metres from the camera [H·W], of the person, things and background; NaN in the sky. The pelvis is 4 m away except in
   * `street`.
   */
  readonly depth: Float32Array
  /** Directions of surfaces [H·W·3] as core/dataset/normals.ts stores them; null: not asked for. */
  readonly normals: Uint16Array | null
  readonly joints: readonly Joint[]
  /** Pose and shape, core/synthetic/vector.ts. */
  readonly vector: Float32Array
  /** null: the picture does not show it. */
  readonly attributes: readonly (boolean | null)[]
  readonly identity: string
  /** 0-based, within the source. */
  readonly camera: number
  /** Extent of the whole body, hidden parts included, within the picture. */
  readonly box: Box
  /** Name of the source, and the tasks that it labels. */
  readonly source: string
  readonly tasks: readonly TaskKind[]
  readonly appearance: Appearance
  readonly family: PoseFamily
}

/** Metres from the camera to the pelvis in `full` and `partial`: fixed, since a crop does not tell how far away its person is. */
const personDistance = 4
/** Pixels a metre at a distance of one metre, as a share of the picture's height, in `street`. */
const streetFocal = 1.75
const occluderChance = 0.18

/**
 * Renders person `index` of a seed: a posed body of rounded cones (orthographic, z-buffer, four samples a pixel) in
 * front of one of the source's cameras.
 * @throws RangeError when the size is not between 16 and 2,048 pixels a side.
 */
export function renderPerson({ seed, index, profile, normals = false, width, height }: RenderOptions): SyntheticPerson {
  if (![width, height].every((side) => Number.isInteger(side) && side >= 16 && side <= 2048)) {
    throw new RangeError(`A picture of ${width}×${height} cannot be drawn: sides are 16 to 2,048 pixels`)
  }
  const { source, identity, shot } = personPlace(profile, index)
  const appearance = drawAppearance(new Random(seed, 'identity', identity))
  const random = new Random(seed, 'person', profile, index)
  const cameraNumber = (new Random(seed, 'cameras', identity).integer(source.cameras) + shot) % source.cameras
  const { camera, backdrop } = cameraOf(seed, profile, source, cameraNumber)
  const { family, angles } = drawPose(random)
  const pose = poseFromAngles(angles, camera.tilt)
  const body = poseBody(appearance.shape, pose)
  const figure = bodyPrimitives(appearance, body).map(prepareSolid)
  const extent = extentOf(figure)
  const stage =
    profile === 'street'
      ? streetStage(extent, body, camera, width, height, random)
      : cropStage(extent, body, camera, width, height, random)
  const scenery: Primitive[] = []
  if (family === 'sit') scenery.push(...seat(body, extent[2], random))
  if (random.chance(occluderChance)) scenery.push(...occluder(extent, random))
  const solids = [...figure, ...scenery.map(prepareSolid)]
  const background = paintBackground(stage, backdrop, random)
  const scene = background.scene
  const samples = rasterize(solids, stage.view)
  const composition = compose(solids, samples, background, stage.view, stage.personDistance, drawLight(random), random)
  return {
    width,
    height,
    rgb: develop(composition.rgb, width, height, camera, random),
    parts: profileParts(profile, composition, scene),
    depth: composition.depth,
    normals: normals ? composeNormals(solids, samples, background, stage.view) : null,
    joints: projectJoints(body, composition, stage.view, stage.personDistance),
    vector: encodeVector(pose, appearance.shape),
    attributes: visibleAttributes(appearance, body, solids, composition.visibleSamples, width * height),
    identity: identity.toString().padStart(5, '0'),
    camera: cameraNumber,
    box: boxOf(extent, stage.view),
    source: source.name,
    tasks: normals ? [...source.tasks, 'normals'] : source.tasks,
    appearance,
    family,
  }
}

/** Body parts only, without camera, background and things in front: what a posed figure looks like to the mask. */
export function renderFigure(appearance: Appearance, pose: Pose, view: View): { parts: Uint8Array; body: PosedBody } {
  const body = poseBody(appearance.shape, pose)
  const solids = bodyPrimitives(appearance, body).map(prepareSolid)
  const pixels = view.width * view.height
  const background = {
    rgb: new Float32Array(3 * pixels),
    depth: new Float32Array(pixels).fill(Number.NaN),
    scene: new Uint8Array(pixels),
  }
  const light: Light = { direction: [0, 0, 1], ambient: 0.5 }
  const { parts } = compose(solids, rasterize(solids, view), background, view, 0, light, new Random(0))
  return { parts: parts.map((part) => (part === backgroundPixel ? 0 : part)), body }
}

function cameraOf(
  seed: number,
  profile: Profile,
  source: SyntheticSource,
  number: number,
): { camera: Camera; backdrop: Backdrop } {
  const random = new Random(seed, 'camera', profile, source.name, number)
  const camera = drawCamera(source.style, random)
  return { camera, backdrop: drawBackdrop(source.walls, source.grounds, profile === 'street', random) }
}

/** The person fills the picture, a little off the middle. */
function cropStage(
  extent: Extent,
  body: PosedBody,
  camera: Camera,
  width: number,
  height: number,
  random: Random,
): Stage {
  const [left, right, bottom, top] = extent
  const scale = Math.min((random.between(0.84, 0.94) * height) / (top - bottom), (0.94 * width) / (right - left))
  const slackX = width - scale * (right - left)
  const slackY = height - scale * (top - bottom)
  const view: View = {
    width,
    height,
    scale,
    centreX: random.between(0.3, 0.7) * slackX - scale * left,
    centreY: random.between(0.3, 0.7) * slackY + scale * top,
  }
  return stageOf(view, personDistance, camera.wallDistance, camera.height, bottom, body)
}

/** The person stands somewhere on the street; size and foot row follow from the distance. */
function streetStage(
  extent: Extent,
  body: PosedBody,
  camera: Camera,
  width: number,
  height: number,
  random: Random,
): Stage {
  const [left, right, bottom] = extent
  const distance = random.between(3.4, 6.5)
  const scale = (streetFocal * height) / distance
  const horizon = (0.42 + 0.03 * (camera.tilt - 3) * 0.1) * height
  const footRow = Math.min(0.97 * height, horizon + (1.6 * streetFocal * height) / distance)
  const half = (scale * (right - left)) / 2
  const middle = half < width / 2 ? random.between(half, width - half) : width / 2
  const view: View = {
    width,
    height,
    scale,
    centreX: middle - (scale * (left + right)) / 2,
    centreY: footRow + scale * bottom,
  }
  return stageOf(view, distance, camera.wallDistance + 3, (footRow - horizon) / scale, bottom, body)
}

function stageOf(
  view: View,
  distance: number,
  wallDistance: number,
  cameraHeight: number,
  bottom: number,
  body: PosedBody,
): Stage {
  const feet = (body.left.foot.origin[0] + body.right.foot.origin[0]) / 2
  return {
    view,
    personDistance: distance,
    wallDistance,
    cameraHeight,
    footRow: view.centreY - view.scale * (bottom + 0.03),
    footColumn: view.centreX + view.scale * feet,
  }
}

function drawLight(random: Random): Light {
  return {
    direction: unit([random.between(-0.8, 0.8), random.between(0.35, 0.9), random.between(0.35, 0.9)]),
    ambient: random.between(0.5, 0.7),
  }
}

function extentOf(solids: readonly Solid[]): Extent {
  const bounds: [number, number, number, number] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const { extent } of solids) {
    bounds[0] = Math.min(bounds[0], extent[0])
    bounds[1] = Math.max(bounds[1], extent[1])
    bounds[2] = Math.min(bounds[2], extent[2])
    bounds[3] = Math.max(bounds[3], extent[3])
  }
  return bounds
}

function boxOf([left, right, bottom, top]: Extent, view: View): Box {
  const x = Math.max(0, view.centreX + view.scale * left)
  const y = Math.max(0, view.centreY - view.scale * top)
  return {
    x,
    y,
    width: Math.min(view.width, view.centreX + view.scale * right) - x,
    height: Math.min(view.height, view.centreY - view.scale * bottom) - y,
  }
}

function profileParts(profile: Profile, { parts }: Composition, scene: Uint8Array): Uint8Array {
  if (profile === 'street') {
    return parts.map((part, pixel) => (part === backgroundPixel ? scene[pixel] : streetClassOfPart[part]))
  }
  // Things (bags, seats, occluders) are part 0 of the body, as the background is.
  return parts.map((part) => (part === backgroundPixel ? 0 : part))
}
