import { MendError } from '../../dataset/mendError.ts'

const defaultIndex = 'https://pypi.org/simple/'
const maximumIndexBytes = 64e6
const answerTimeoutMs = 30_000

/** An address with the headers that its server wants. */
export interface WheelAddress {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** The package index to ask: pip's and uv's variables, else Python's own. */
export function packageIndex(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const index =
    environment['PIP_INDEX_URL'] || environment['UV_DEFAULT_INDEX'] || environment['UV_INDEX_URL'] || defaultIndex
  return index.endsWith('/') ? index : `${index}/`
}

/** A file that the index offers. */
export interface IndexFile {
  readonly name: string
  readonly address: WheelAddress
  /** Hexadecimal; null where the index does not say. */
  readonly sha256: string | null
  /** Size, null where the index does not say (its HTML form does not). */
  readonly bytes: number | null
  readonly yanked: boolean
  /** Where the file's METADATA can be read alone (PEP 658), null where it is not offered. */
  readonly metadata: WheelAddress | null
}

/**
 * Every file of a project on a package index (PEP 503 and 691).
 *
 * @param project normalised, e.g. `tensorflow-cpu`.
 * @throws MendError `no-network`.
 */
export async function listFiles(project: string, index: string = packageIndex()): Promise<IndexFile[]> {
  const { url, headers } = withoutCredentials(new URL(`${project}/`, index))
  const { text, type, address } = await fetchPage(url, headers)
  const entries = type.includes('json') ? fromJson(text) : fromHtml(text)
  return entries.map(({ href, hasMetadata, ...entry }) => {
    const target = withoutCredentials(new URL(href, address))
    const sameHost = target.url.host === url.host
    const fileHeaders = sameHost ? { ...headers, ...target.headers } : target.headers
    const file = { url: target.url.href, headers: fileHeaders }
    const metadata = { url: `${target.url.origin}${target.url.pathname}.metadata`, headers: fileHeaders }
    return { ...entry, address: file, metadata: hasMetadata ? metadata : null }
  })
}

/**
 * Asks a package index where a wheel lies.
 *
 * @param sha256 what the index says of the wheel must agree with it.
 * @throws MendError `no-network`, `wheel-not-offered`, `index-mismatch`.
 */
export async function findWheel(
  project: string,
  wheel: string,
  sha256: string,
  index: string = packageIndex(),
): Promise<WheelAddress> {
  const file = (await listFiles(project, index)).find(({ name }) => name === wheel)
  if (file === undefined) {
    throw new MendError(
      'wheel-not-offered',
      `the package index ${new URL(index).host} does not offer ${wheel}`,
      'set PIP_INDEX_URL to an index that mirrors PyPI',
    )
  }
  if (file.sha256 !== null && file.sha256 !== sha256) {
    throw new MendError(
      'index-mismatch',
      `the package index ${new URL(index).host} offers another file under the name ${wheel}`,
      'set PIP_INDEX_URL to an index that mirrors PyPI unchanged',
    )
  }
  return file.address
}

interface IndexEntry {
  readonly name: string
  readonly href: string
  readonly sha256: string | null
  readonly bytes: number | null
  readonly yanked: boolean
  readonly hasMetadata: boolean
}

/** fetch refuses addresses with a user and password in them, which private indexes have: they become a header. */
function withoutCredentials(url: URL): { url: URL; headers: Record<string, string> } {
  if (url.username === '' && url.password === '') return { url, headers: {} }
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return { url: bare, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } }
}

async function fetchPage(
  url: URL,
  headers: Record<string, string>,
): Promise<{ text: string; type: string; address: string }> {
  const accept = 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.5, text/html;q=0.1'
  try {
    const response = await fetch(url, { headers: { ...headers, accept }, signal: AbortSignal.timeout(answerTimeoutMs) })
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    if (Number(response.headers.get('content-length') ?? 0) > maximumIndexBytes) throw new Error('its page is too long')
    const text = await response.text()
    return { text, type: response.headers.get('content-type') ?? '', address: response.url }
  } catch (error) {
    throw new MendError(
      'no-network',
      `the package index ${url.host} did not answer: ${networkReason(error)}`,
      'connect, or set PIP_INDEX_URL (and HTTPS_PROXY) to what your network allows, and run the same command again',
      { cause: error },
    )
  }
}

/** What went wrong in one line; fetch hides it in the cause. */
export function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
  return error.message
}

function fromJson(text: string): IndexEntry[] {
  const page: unknown = JSON.parse(text)
  const files: unknown[] = isRecord(page) && Array.isArray(page['files']) ? page['files'] : []
  return files.flatMap((file) => {
    if (!isRecord(file) || typeof file['url'] !== 'string' || typeof file['filename'] !== 'string') return []
    const { url: href, filename: name, hashes, size, yanked } = file
    const hash = isRecord(hashes) ? hashes['sha256'] : null
    const metadata = file['core-metadata'] ?? file['dist-info-metadata']
    return {
      name,
      href,
      sha256: typeof hash === 'string' ? hash.toLowerCase() : null,
      bytes: typeof size === 'number' ? size : null,
      yanked: yanked !== undefined && yanked !== false,
      hasMetadata: metadata !== undefined && metadata !== false,
    }
  })
}

function fromHtml(text: string): IndexEntry[] {
  return [...text.matchAll(/<a\s([^>]*?href\s*=\s*"([^"]*)"[^>]*)>/gi)].map(([, attributes, quoted]) => {
    const [address, fragment = ''] = quoted.replaceAll('&amp;', '&').split('#')
    const hash = /(?:^|&)sha256=([0-9a-f]{64})/i.exec(fragment)
    return {
      name: decodeURIComponent(address.split('?')[0].split('/').at(-1) ?? ''),
      href: address,
      sha256: hash === null ? null : hash[1].toLowerCase(),
      bytes: null,
      yanked: /\bdata-yanked\b/i.test(attributes),
      hasMetadata: /\bdata-(?:core|dist-info)-metadata\b/i.test(attributes),
    }
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
