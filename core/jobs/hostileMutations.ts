import type { Random } from '../synthetic/random.ts'

/** Ways to spoil a file, for the tests that read hostile sources: each draw is named by the generator's seed. */

const extremeWords = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]

/** A copy of the bytes with one to three faults: flips, cuts, insertions, repeats, zeros and extreme numbers in any byte order. */
export function spoilBytes(random: Random, bytes: Uint8Array): Buffer {
  let spoilt: Buffer = Buffer.from(bytes)
  for (let faults = 1 + random.integer(3); faults > 0; faults--) spoilt = spoilOnce(random, spoilt)
  return spoilt
}

function spoilOnce(random: Random, bytes: Buffer): Buffer {
  if (bytes.length === 0) return Buffer.of(random.integer(256))
  // Headers stand at the beginning and decide the most.
  const reach = random.chance(0.5) ? Math.min(bytes.length, 256) : bytes.length
  const at = random.integer(reach)
  switch (random.integer(8)) {
    case 0:
      bytes[at] ^= 1 << random.integer(8)
      return bytes
    case 1:
      bytes[at] = random.integer(256)
      return bytes
    case 2:
      return bytes.subarray(0, at)
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.integer(16))])
    case 4: {
      const noise = Uint8Array.from({ length: 1 + random.integer(16) }, () => random.integer(256))
      return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)])
    }
    case 5: {
      const repeated = bytes.subarray(at, at + 1 + random.integer(64))
      return Buffer.concat([bytes.subarray(0, at), repeated, bytes.subarray(at)])
    }
    case 6:
      return bytes.fill(0, at, Math.min(bytes.length, at + 1 + random.integer(16)))
    default:
      return writeExtreme(random, bytes, at - (at % 4))
  }
}

function writeExtreme(random: Random, bytes: Buffer, at: number): Buffer {
  if (at + 4 > bytes.length) return bytes
  const word = random.pick(extremeWords)
  if (random.chance(0.5)) bytes.writeUInt32LE(word, at)
  else bytes.writeUInt32BE(word, at)
  return bytes
}

/** Values that no reader should hope for, as JSON text, so that numbers beyond a double and repeated keys are among them. */
const strangeValues: readonly string[] = [
  ...['null', 'true', '0', '-1', '-0', '1e308', '-1e308', '1e400', '9007199254740993', '0.5', '1e-320', '4294967296'],
  ...[
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"../../../etc/passwd"',
    '"/etc/passwd"',
    '"__proto__"',
    '"constructor"',
    '"NaN"',
  ],
  ...['[]', '{}', '[null]', '[[]]', '[-1]', '[1e308,1e308,1e308,1e308]', '{"__proto__":{"length":4}}', '{"length":9}'],
  `"${'x'.repeat(70_000)}"`,
  `[${'0,'.repeat(20_000)}0]`,
  `[${'1e9,'.repeat(50)}1]`,
  `${'['.repeat(60)}1${']'.repeat(60)}`,
  `${'['.repeat(20_000)}1${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
]

/** JSON text with one to three of its values replaced, repeated or taken out. Text that is not JSON is spoilt as bytes. */
export function spoilJson(random: Random, text: string): Buffer {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return spoilBytes(random, Buffer.from(text))
  }
  const strange: string[] = []
  for (let faults = 1 + random.integer(3); faults > 0; faults--) content = spoilValue(random, content, strange)
  const written = JSON.stringify(content).replace(/"\\u0001strange (\d+)"/g, (_, at: string) => strange[Number(at)])
  return Buffer.from(written)
}

/** A mark that stands for a strange value until the text is written: it may be none that JSON.stringify can write. */
function markOf(strange: string[], value: string): string {
  strange.push(value)
  return `\u0001strange ${strange.length - 1}`
}

function spoilValue(random: Random, content: unknown, strange: string[]): unknown {
  if (typeof content !== 'object' || content === null || random.chance(0.3)) {
    return markOf(strange, random.pick(strangeValues))
  }
  if (Array.isArray(content)) return spoilList(random, content as readonly unknown[], strange)
  const entries = Object.entries(content)
  if (entries.length === 0) return content
  const at = random.integer(entries.length)
  const [key, value] = entries[at]
  if (random.chance(0.1)) entries.splice(at, 1)
  else if (random.chance(0.1)) entries.push([random.pick(['__proto__', 'length', '', 'x']), value])
  else entries[at] = [key, spoilValue(random, value, strange)]
  return Object.fromEntries(entries)
}

function spoilList(random: Random, list: readonly unknown[], strange: string[]): unknown {
  if (list.length === 0) return [markOf(strange, random.pick(strangeValues))]
  const at = random.integer(list.length)
  if (random.chance(0.1)) return list.toSpliced(at, 1)
  if (random.chance(0.1)) return [...list, list[at]]
  return list.with(at, spoilValue(random, list[at], strange))
}
