import type { TaskSchema } from '../../dataset/task.ts'
import type { Snapshot } from '../../snapshot/read.ts'
import type { Random } from '../../synthetic/random.ts'

/** A person of the snapshot, and whom they show. */
export interface Pictured {
  readonly person: number
  /** −1 where nobody says. */
  readonly identity: number
  /** −1 where unknown. */
  readonly camera: number
}

/**
 * Pictures of one identity that come together in a batch (Q of P × Q), as far as there are so many: at most four, and so few that
 * eight people meet. With four of four in a batch of 16 a step says nothing of who is whom: synthetic people, 12 epochs, found at
 * rank 1: 1.7% of them, 7.6% with eight of two.
 */
export function picturesTogether(batch: number): number {
  return Math.max(1, Math.min(4, Math.floor(batch / 8)))
}
/** How far ahead a group is looked for that fits into what is left of a batch. */
const lookAhead = 64

/**
 * People in an order in which batches hold P identities × Q pictures, of as many cameras as there are; those whom no identity
 * is known of come between, one by one. Everybody comes once. A group is cut only where nothing near it fits.
 */
export function balancedOrder(people: readonly Pictured[], batch: number, random: Random): Int32Array {
  const groups = shuffled(groupPictures(people, batch, random), random)
  const order = new Int32Array(people.length)
  let filled = 0
  while (groups.length > 0) {
    const room = batch - (filled % batch)
    const end = Math.min(lookAhead, groups.length)
    let at = 0
    while (at < end && groups[groups.length - 1 - at].length > room) at += 1
    const [group] = groups.splice(groups.length - 1 - (at < end ? at : 0), 1)
    order.set(group.slice(0, room), filled)
    filled += Math.min(room, group.length)
    if (group.length > room) groups.push(group.slice(room))
  }
  return order
}

/** Identities' pictures in groups, each from as many cameras as possible; the others on their own. */
function groupPictures(people: readonly Pictured[], batch: number, random: Random): number[][] {
  const byIdentity = new Map<number, Pictured[]>()
  const groups: number[][] = []
  for (const pictured of people) {
    const same = byIdentity.get(pictured.identity)
    if (pictured.identity < 0) groups.push([pictured.person])
    else if (same) same.push(pictured)
    else byIdentity.set(pictured.identity, [pictured])
  }
  const together = picturesTogether(batch)
  for (const pictures of byIdentity.values()) {
    const turns = byCameraInTurn(pictures, random)
    for (let start = 0; start < turns.length; start += together) groups.push(turns.slice(start, start + together))
  }
  return groups
}

/** One picture of each camera, then another of each, and so on; which is left to chance. */
function byCameraInTurn(pictures: readonly Pictured[], random: Random): number[] {
  const byCamera = new Map<number, number[]>()
  for (const { person, camera } of pictures) {
    const same = byCamera.get(camera)
    if (same) same.push(person)
    else byCamera.set(camera, [person])
  }
  const cameras = shuffled([...byCamera.values()], random).map((people) => random.shuffle(people))
  const longest = Math.max(...cameras.map(({ length }) => length))
  return Array.from({ length: longest }, (_, turn) => cameras.flatMap((people) => people.slice(turn, turn + 1))).flat()
}

function shuffled<T>(entries: readonly T[], random: Random): T[] {
  return random
    .shuffle(Int32Array.from(entries.keys()))
    .reduce<T[]>((order, at) => (order.push(entries[at]), order), [])
}

/** Whom the people show by the first identity task among those learnt; null where there is none. */
export function picturedPeople(
  snapshot: Snapshot,
  tasks: readonly { readonly name: string; readonly schema: TaskSchema }[],
  people: Int32Array,
): Pictured[] | null {
  const task = tasks.find(({ schema }) => schema.kind === 'identity')
  if (task === undefined) return null
  const rows = snapshot.allRows(task.name)
  return Array.from(people, (person) => ({ person, identity: rows[person * 2], camera: rows[person * 2 + 1] }))
}
