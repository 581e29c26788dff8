import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import type { IdentitySchema } from '../dataset/task.ts'
import { dense, normalisation } from './layers.ts'
import type { Scope } from './scope.ts'

/** Entries of the vector by which people are compared. */
export const embeddingLength = 128

/**
 * Who somebody is, from a person's features [B,F]: [B, 128 + people], the embedding and then the logits of the training
 * people. The embedding is normalised before the classifier, which has no other layer between (the neck of Luo et al., CVPRW
 * 2019, *Bag of Tricks*; over the embedding's entries where theirs is over the batch, since batches mix datasets).
 */
export function identityHead(scope: Scope, name: string, features: Tensor2D, people: number): Tensor {
  const batch = features.shape[0]
  const embedding = dense(scope, `${name}/embedding`, features, embeddingLength, 1)
  const map = tf.reshape(embedding, [batch, 1, 1, embeddingLength]) as Tensor4D
  const neck = normalisation(scope, `${name}/neck`, map, embeddingLength)
  const normal = tf.reshape(neck, [batch, embeddingLength]) as Tensor2D
  return tf.concat([normal, dense(scope, name, normal, people, 0.1)], 1)
}

/** The snapshot's numbers of the people whom a run's network tells apart. */
export function knownPeople({ known }: IdentitySchema): readonly number[] {
  if (known === undefined)
    throw new Error('whom an identity task knows is settled by the run’s snapshot: see learntSchema')
  return known
}

/** The embeddings [B,128] of such a head's output. */
export function embeddingOf(raw: Tensor): Tensor {
  return tf.slice(raw, [0, 0], [raw.shape[0], embeddingLength])
}

/** The logits [B, people] of such a head's output. */
export function identityLogits(raw: Tensor, people: number): Tensor2D {
  return tf.slice(raw, [0, embeddingLength], [raw.shape[0], people]) as Tensor2D
}
