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

/**
 * Asks a package index (PEP 503 and 691) where a wheel lies.
 *
 * @param project normalised, e.g. `tensorflow-cpu`.
 * @param sha256 what the index says of the wheel must agree with it.
 * @throws MendError `no-network`, `wheel-not-offered`, `index-mismatch`.
 */
export async function findWheel(
  project: string,
  wheel: string,
  sha256: string,
  index: string = packageIndex(),
): Promise<WheelAddress> {
  const { url, headers } = withoutCredentials(new URL(`${project}/`, index))
  const { text, type, address } = await fetchPage(url, headers)
  const entry = type.includes('json') ? fromJson(text, wheel) : fromHtml(text, wheel)
  if (entry === null) {
    throw new MendError(
      'wheel-not-offered',
      `the package index ${new URL(index).host} does not offer ${wheel}`,
      'set PIP_INDEX_URL to an index that mirrors PyPI',
    )
  }
  if (entry.sha256 !== null && entry.sha256 !== sha256) {
    throw new MendError(
      'index-mismatch',
      `the package index ${new URL(index).host} offers another file under the name ${wheel}`,
      'set PIP_INDEX_URL to an index that mirrors PyPI unchanged',
    )
  }
  const target = withoutCredentials(new URL(entry.href, address))
  const sameHost = target.url.host === url.host
  return { url: target.url.href, headers: sameHost ? { ...headers, ...target.headers } : target.headers }
}

interface IndexEntry {
  readonly href: string
  readonly sha256: string | null
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

function fromJson(text: string, wheel: string): IndexEntry | null {
  const page: unknown = JSON.parse(text)
  const files = isRecord(page) && Array.isArray(page['files']) ? page['files'] : []
  const file: unknown = files.find((candidate: unknown) => isRecord(candidate) && candidate['filename'] === wheel)
  if (!isRecord(file) || typeof file['url'] !== 'string') return null
  const hashes = file['hashes']
  const hash = isRecord(hashes) ? hashes['sha256'] : null
  return { href: file['url'], sha256: typeof hash === 'string' ? hash.toLowerCase() : null }
}

function fromHtml(text: string, wheel: string): IndexEntry | null {
  for (const [, quoted] of text.matchAll(/<a\s[^>]*?href\s*=\s*"([^"]*)"/gi)) {
    const [address, fragment = ''] = quoted.replaceAll('&amp;', '&').split('#')
    const name = decodeURIComponent(address.split('?')[0].split('/').at(-1) ?? '')
    if (name !== wheel) continue
    const hash = /(?:^|&)sha256=([0-9a-f]{64})/i.exec(fragment)
    return { href: address, sha256: hash === null ? null : hash[1].toLowerCase() }
  }
  return null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
