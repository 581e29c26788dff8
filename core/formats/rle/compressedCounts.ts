import { rleCorrupt } from './rle.ts'

/**
 * COCO's compressed run lengths: each number in groups of 5 bits, lowest first, one character a group (code 48 + bits);
 * bit 0x20 says that a group follows, bit 0x10 of the last group is the sign. From the fourth number on the string
 * holds the difference to the number two before. After pycocotools' maskApi (`rleToString`, `rleFrString`).
 */
export function compressCounts(counts: ArrayLike<number>): string {
  const codes: number[] = []
  let text = ''
  for (let i = 0; i < counts.length; i++) {
    let rest = i > 2 ? counts[i] - counts[i - 2] : counts[i]
    for (let more = true; more;) {
      let group = rest & 0x1f
      rest >>= 5
      more = (group & 0x10) !== 0 ? rest !== -1 : rest !== 0
      if (more) group |= 0x20
      codes.push(group + 48)
    }
    if (codes.length >= 4096) text += String.fromCharCode(...codes.splice(0))
  }
  return text + String.fromCharCode(...codes)
}

/**
 * The numbers behind a compressed string; not yet checked against an image's size (`rleFromCounts` does).
 * @throws MendError `rle-corrupt` for characters outside the code, numbers beyond 32 bits and a cut last number.
 */
export function decompressCounts(text: string): number[] {
  const counts: number[] = []
  let value = 0
  let shift = 0
  for (let at = 0; at < text.length; at++) {
    const group = text.charCodeAt(at) - 48
    if (group < 0 || group > 0x3f) throw rleCorrupt(`character ${at} of the counts is ${JSON.stringify(text[at])}`)
    if (shift > 30) throw rleCorrupt(`the number that ends at character ${at} of the counts is too large`)
    value += (group & 0x1f) * 2 ** shift
    shift += 5
    if ((group & 0x20) !== 0) continue
    if ((group & 0x10) !== 0) value -= 2 ** shift
    counts.push(counts.length > 2 ? value + counts[counts.length - 2] : value)
    value = 0
    shift = 0
  }
  if (shift !== 0) throw rleCorrupt('the counts end inside a number')
  return counts
}
