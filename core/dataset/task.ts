/** What a project can say about a person. One `Task` is one column of labels; its schema fixes what a value means. */

export const taskKinds = ['attributes', 'identity', 'keypoints', 'parts', 'depth', 'vector', 'normals'] as const
export type TaskKind = (typeof taskKinds)[number]

export interface AttributesSchema {
  readonly kind: 'attributes'
  /** Attribute names, unique; a value has one entry per name. */
  readonly attributes: readonly string[]
}

export interface IdentitySchema {
  readonly kind: 'identity'
  /** In a run: which of its snapshot's identities the network tells apart, by number; missing in a project. */
  readonly known?: readonly number[]
}

export interface KeypointsSchema {
  readonly kind: 'keypoints'
  readonly joints: readonly string[]
  /** Skeleton edges as 0-based joint indices. */
  readonly edges: readonly (readonly [number, number])[]
  /** flip[j] is the joint that j becomes in a mirrored picture; an involution. */
  readonly flip: readonly number[]
  /** Missing: stored values have the joints as they are listed (skeletonTemplate.ts). */
  readonly stored?: StoredJoints
}

/**
 * Where the joints of a template that was edited lie in stored values. Values are never rewritten: joints that are moved keep
 * their place, those that are removed keep it unseen, new ones get one that no joint ever had.
 */
export interface StoredJoints {
  /** By joint. */
  readonly places: readonly number[]
  /** Places ever given. */
  readonly length: number
}

export interface PartsSchema {
  readonly kind: 'parts'
  /** Class names by mask value; entry 0 is the background. At most 254: 255 in a mask is "not annotated". */
  readonly parts: readonly string[]
  readonly flip: readonly number[]
}

export interface DepthSchema {
  readonly kind: 'depth'
  /** What a decoded value means. */
  readonly unit: 'metre' | 'disparity' | 'relative'
}

/** Directions of surfaces; what a decoded value means is the same everywhere (`NormalsValue`). */
export interface NormalsSchema {
  readonly kind: 'normals'
}

export interface VectorSchema {
  readonly kind: 'vector'
  readonly components: readonly string[]
  /** Consecutive groups (e.g. pose, shape) that cover all components; the unit of component-level parameters. */
  readonly groups: readonly { readonly name: string; readonly start: number; readonly length: number }[]
  /** How a mirrored picture changes the vector: out[i] = sign[i] * in[permutation[i]]; null: mirrored pictures have no label. */
  readonly flip: { readonly permutation: readonly number[]; readonly sign: readonly number[] } | null
}

export type TaskSchema =
  AttributesSchema | IdentitySchema | KeypointsSchema | PartsSchema | DepthSchema | NormalsSchema | VectorSchema
export type SchemaOf<K extends TaskKind> = Extract<TaskSchema, { kind: K }>

/** Names of the units that a label of this schema consists of: joints, attributes, parts, vector groups; one for the rest. */
export function componentNames(schema: TaskSchema): readonly string[] {
  switch (schema.kind) {
    case 'attributes':
      return schema.attributes
    case 'keypoints':
      return schema.joints
    case 'parts':
      return schema.parts
    case 'vector':
      return schema.groups.map((group) => group.name)
    case 'identity':
    case 'depth':
    case 'normals':
      return [schema.kind]
  }
}
