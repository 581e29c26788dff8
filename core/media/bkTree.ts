import { hammingDistance } from './differenceHash.ts'

interface Node<T> {
  readonly hash: bigint
  readonly items: T[]
  readonly children: Map<number, Node<T>>
}

/**
 * Burkhard–Keller tree of 64-bit hashes under the Hamming distance: finds near-duplicates without comparing all pairs.
 */
export class BkTree<T> {
  #root: Node<T> | null = null
  #size = 0

  get size(): number {
    return this.#size
  }

  add(hash: bigint, item: T): void {
    this.#size++
    const leaf = (): Node<T> => ({ hash, items: [item], children: new Map() })
    if (this.#root === null) {
      this.#root = leaf()
      return
    }
    for (let node = this.#root; ;) {
      const distance = hammingDistance(hash, node.hash)
      if (distance === 0) {
        node.items.push(item)
        return
      }
      const child = node.children.get(distance)
      if (child === undefined) {
        node.children.set(distance, leaf())
        return
      }
      node = child
    }
  }

  /** Everything within `radius` bits of `hash`, nearest first; equal distances in the order of the tree. */
  within(hash: bigint, radius: number): { readonly item: T; readonly distance: number }[] {
    const found: { readonly item: T; readonly distance: number }[] = []
    const stack = this.#root === null ? [] : [this.#root]
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      const distance = hammingDistance(hash, node.hash)
      if (distance <= radius) for (const item of node.items) found.push({ item, distance })
      // The triangle inequality: a match lies in a child whose edge differs from `distance` by at most the radius.
      for (const [edge, child] of node.children) if (Math.abs(edge - distance) <= radius) stack.push(child)
    }
    return found.sort((a, b) => a.distance - b.distance)
  }
}
