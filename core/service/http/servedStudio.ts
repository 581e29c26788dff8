import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ServiceContext } from '../serviceContext.ts'
import { UserState } from '../userState/userState.ts'
import { type BrowserService, serveBrowsers } from './listen.ts'
import { openStudioService } from './studioService.ts'
import type { StudioServerOptions } from './studioServer.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Asked {
  readonly method?: string
  /** Names as given; a value of undefined leaves a default header out. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>
  readonly body?: string | Buffer
}

/** For tests: a service on a free port, with a project, two built pages and a user of its own, all in a temporary folder. */
export class ServedStudio {
  readonly folder: string
  readonly project: string
  readonly service: ServiceContext
  readonly browsers: BrowserService

  private constructor(folder: string, project: string, service: ServiceContext, browsers: BrowserService) {
    this.folder = folder
    this.project = project
    this.service = service
    this.browsers = browsers
  }

  static async start(timeouts?: StudioServerOptions['timeouts']): Promise<ServedStudio> {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'mend-http-')))
    const data = path.join(folder, 'data')
    const pages = path.join(folder, 'pages')
    mkdirSync(path.join(pages, 'assets'), { recursive: true })
    mkdirSync(data)
    writeFileSync(path.join(pages, 'index.html'), '<!doctype html><title>Studio</title>')
    writeFileSync(path.join(pages, 'assets', 'main-1a2b.js'), 'export {}')
    writeFileSync(path.join(folder, 'secret.txt'), 'not for clients')
    const { service, log } = openStudioService({
      projects: [],
      roots: [data],
      userState: new UserState(path.join(folder, 'user')),
    })
    const project = service.projects.create(path.join(data, 'people.mend')).folder
    const browsers = await serveBrowsers({ service, log, pagesFolder: pages, ...(timeouts && { timeouts }) })
    return new ServedStudio(folder, project, service, browsers)
  }

  async close(): Promise<void> {
    await this.browsers.close()
    await this.service.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  get origin(): string {
    return `http://127.0.0.1:${this.browsers.port}`
  }

  get token(): string {
    return new URL(this.browsers.newAddress()).hash.slice('#token='.length)
  }

  /** A request with the headers that a page of the studio itself would send. */
  ask(address: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
    const own = method === 'GET' || method === 'HEAD' ? {} : { origin: this.origin, 'content-type': 'application/json' }
    const all = Object.entries({ ...own, ...headers }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    )
    return new Promise((settle, reject) => {
      const asking = request(
        { host: '127.0.0.1', port: this.browsers.port, path: address, method, headers: Object.fromEntries(all) },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () =>
            settle({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(chunks).toString('utf8'),
            }),
          )
        },
      )
      asking.on('error', reject)
      asking.end(body)
    })
  }

  post(address: string, value: unknown, headers: Asked['headers'] = {}): Promise<Answer> {
    return this.ask(address, { method: 'POST', body: JSON.stringify(value), headers })
  }

  /** Exchanges a fresh token. @returns the cookie */
  async signIn(): Promise<string> {
    const { headers } = await this.post('/session', { token: this.token })
    return (headers['set-cookie'] ?? [''])[0].split(';')[0]
  }

  /** Calls a procedure. */
  call(procedure: string, input: unknown, cookie: string, headers: Asked['headers'] = {}): Promise<Answer> {
    return this.post(`/rpc/${procedure.replace('.', '/')}`, { json: input }, { cookie, ...headers })
  }

  /** Sends bytes as they are and hears what comes until the service hangs up. */
  raw(text: string): Promise<string> {
    return new Promise((settle, reject) => {
      const socket = connect(this.browsers.port, '127.0.0.1', () => socket.write(text))
      let heard = ''
      socket.on('data', (chunk) => (heard += chunk.toString('latin1')))
      socket.on('error', reject)
      socket.on('close', () => settle(heard))
    })
  }
}
