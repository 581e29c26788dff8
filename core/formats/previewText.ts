const longestText = 160
const longestList = 60
const longestPreview = 12_000

/** A record as indented JSON for people: long texts and lists of numbers are cut and say how long they are. */
export function previewText(record: unknown): string {
  const text = JSON.stringify(record, (_key, value: unknown) => shorten(value), 2)
    // Lists of numbers read better on a line.
    .replace(/\[\s+(-?[\d.eE+-]+(?:,\s+-?[\d.eE+-]+)*(?:,\s+"… \d+ more")?)\s+\]/g, (_match, list: string) => {
      return `[${list.replace(/\s+/g, ' ')}]`
    })
  return text.length > longestPreview ? `${text.slice(0, longestPreview)}\n…` : text
}

function shorten(value: unknown): unknown {
  if (typeof value === 'string' && value.length > longestText) {
    return `${value.slice(0, longestText)}… (${value.length} characters)`
  }
  if (Array.isArray(value) && value.length > longestList && value.every((entry) => typeof entry === 'number')) {
    return [...value.slice(0, longestList), `… ${value.length - longestList} more`]
  }
  return value
}
