import { decisions, type Decision } from '../api/suspects.ts'
import { MendError } from '../dataset/mendError.ts'

export interface LabelDecision {
  readonly label: number
  readonly decision: Decision
  readonly reason: string
}

/** Cuts CSV text into records of cells (RFC 4180: quotes, doubled quotes, line ends within quotes). */
export function parseCsv(text: string): { readonly line: number; readonly cells: readonly string[] }[] {
  const records: { line: number; cells: string[] }[] = []
  let cells: string[] = []
  let cell = ''
  let quoted = false
  let line = 1
  let startLine = 1
  const endRecord = (): void => {
    cells.push(cell)
    if (cells.length > 1 || cells[0].trim() !== '') records.push({ line: startLine, cells })
    cells = []
    cell = ''
    startLine = line
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '\n') line++
    if (quoted) {
      if (character === '"' && text[at + 1] === '"') cell += text[++at]
      else if (character === '"') quoted = false
      else cell += character
    } else if (character === '"' && cell === '') quoted = true
    else if (character === ',') {
      cells.push(cell)
      cell = ''
    } else if (character === '\n') endRecord()
    else if (character !== '\r') cell += character
  }
  endRecord()
  return records
}

function isDecision(text: string): text is Decision {
  return (decisions as readonly string[]).includes(text)
}

/**
 * Reads lines of `label,decision[,reason]`; a first line of titles is passed over. A label twice is an error, since the
 * order of lines should not matter. @throws MendError `decisions-invalid` naming file and line.
 */
export function parseDecisions(text: string, file: string): LabelDecision[] {
  const found: LabelDecision[] = []
  const seen = new Set<number>()
  const fail = (line: number, what: string): never => {
    throw new MendError(
      'decisions-invalid',
      `${file}, line ${line}: ${what}`,
      `each line is label,decision,reason; decisions are ${decisions.join(', ')}`,
    )
  }
  const records = parseCsv(text.replace(/^\uFEFF/, ''))
  for (const [at, { line, cells }] of records.entries()) {
    const [labelText, decision = '', reason = ''] = cells.map((cell) => cell.trim())
    if (at === 0 && labelText.toLowerCase() === 'label') continue
    if (cells.length > 3) fail(line, `${cells.length} columns; quote a reason that has commas`)
    if (!/^\d{1,15}$/.test(labelText)) fail(line, `"${labelText}" is not the number of a label`)
    if (!isDecision(decision)) return fail(line, `"${decision}" is not a decision`)
    const label = Number(labelText)
    if (seen.has(label)) fail(line, `label ${label} was already decided above`)
    seen.add(label)
    found.push({ label, decision, reason })
  }
  return found
}
