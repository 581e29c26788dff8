import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { refusal, refuse } from './reply.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}
const compressible = /^(?:text\/|application\/(?:json|manifest|wasm)|image\/svg)/
const compress = promisify(gzip)

interface Page {
  readonly type: string
  readonly body: Buffer
  readonly etag: string
  readonly hashed: boolean
  compressed: Buffer | null
}

/**
 * The built pages, read whole: what is asked for is looked up among their names, so that nothing that a client sends is
 * ever a path, and a build that replaces them is seen whole or not at all.
 */
export class Pages {
  readonly #folder: string
  #pages = new Map<string, Page>()
  #builtAt = 0

  /** `folder`: where the build puts `index.html`; need not exist yet. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Answers a GET or HEAD: the page of that address, or the studio itself for the address of a screen. */
  async serve(request: IncomingMessage, response: ServerResponse, address: string): Promise<void> {
    this.#refresh()
    const page = this.#pages.get(address) ?? (isScreen(address) ? this.#pages.get('/index.html') : undefined)
    if (page === undefined) {
      const notBuilt = this.#pages.size === 0
      refuse(
        response,
        notBuilt
          ? refusal(503, 'pages-missing', 'the pages are not built', 'npm run build')
          : refusal(404, 'not-found', 'there is no such page', 'go to the first page: /'),
      )
      return
    }
    response.setHeader('cache-control', page.hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    response.setHeader('etag', page.etag)
    response.setHeader('content-type', page.type)
    if (request.headers['if-none-match'] === page.etag) {
      response.writeHead(304).end()
      return
    }
    const body = await encoded(page, request, response)
    response.setHeader('content-length', body.length)
    response.writeHead(200).end(request.method === 'HEAD' ? undefined : body)
  }

  #refresh(): void {
    const builtAt = statSync(path.join(this.#folder, 'index.html'), { throwIfNoEntry: false })?.mtimeMs
    if (builtAt === undefined || builtAt === this.#builtAt) return
    try {
      this.#pages = readPages(this.#folder)
      this.#builtAt = builtAt
    } catch {
      // The build is being swapped at this moment: the next request sees it.
    }
  }
}

/** Screens have addresses without an ending; whatever has one is a file that is there or not. */
function isScreen(address: string): boolean {
  return !address.startsWith('/assets/') && path.posix.extname(address) === ''
}

function readPages(folder: string): Map<string, Page> {
  const pages = new Map<string, Page>()
  for (const file of filesIn(folder)) {
    const type = types[path.extname(file)]
    if (type === undefined) continue
    const address = `/${path.relative(folder, file).split(path.sep).join('/')}`
    const body = readFileSync(file)
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    pages.set(address, { type, body, etag, hashed: address.startsWith('/assets/'), compressed: null })
  }
  return pages
}

/** Links are passed over, to files as to folders: what the build wrote has none. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name)
    return entry.isDirectory() ? filesIn(file) : entry.isFile() ? [file] : []
  })
}

async function encoded(page: Page, request: IncomingMessage, response: ServerResponse): Promise<Buffer> {
  if (!compressible.test(page.type)) return page.body
  response.setHeader('vary', 'accept-encoding')
  const accepted = request.headers['accept-encoding']
  if (typeof accepted !== 'string' || !/\bgzip\b/.test(accepted)) return page.body
  page.compressed ??= await compress(page.body)
  response.setHeader('content-encoding', 'gzip')
  return page.compressed
}
