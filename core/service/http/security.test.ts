import { mkdirSync, rmdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServedStudio } from './servedStudio.ts'

let studio: ServedStudio
let cookie = ''

beforeAll(async () => {
  studio = await ServedStudio.start({ headersMs: 400, requestMs: 800 })
  cookie = await studio.signIn()
})
afterAll(() => studio.close())

function json(text: string): unknown {
  return JSON.parse(text)
}

describe('who may ask', () => {
  it('answers its own page that shows its session', async () => {
    const answer = await studio.call('jobs.list', undefined, cookie)
    expect([answer.status, json(answer.text)]).toEqual([200, { json: [] }])
  })

  it.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:80',
    'evil.example:127.0.0.1',
    '127.0.0.1@evil.example',
    '[::1]',
    '0.0.0.0',
    '127.0.0.1:99999x',
  ])('refuses the host name %j before anything else', async (host) => {
    for (const address of ['/', '/rpc/jobs/list', '/session', '/media/x/people/1/crop']) {
      const answer = await studio.post(address, {}, { host, cookie })
      expect(answer.status).toBe(421)
    }
  })

  it('refuses a request with two host names, or none', async () => {
    const one = `host: 127.0.0.1:${studio.browsers.port}`
    const request = (hosts: string): string => `GET / HTTP/1.1\r\n${hosts}connection: close\r\n\r\n`
    expect(await studio.raw(request(`${one}\r\n`))).toMatch(/^HTTP\/1.1 200/)
    expect(await studio.raw(request(`${one}\r\nhost: evil.example\r\n`))).toMatch(/^HTTP\/1.1 4(?:00|21)/)
    expect(await studio.raw(request(''))).toMatch(/^HTTP\/1.1 4(?:00|21)/)
  })

  it.each([
    ['https://evil.example', undefined],
    ['null', undefined],
    ['http://127.0.0.1', undefined],
    ['http://127.0.0.1:1', undefined],
    ['http://localhost:1', undefined],
    [undefined, undefined],
    ['own', 'cross-site'],
    ['own', 'same-site'],
  ])('refuses a post of origin %s (Sec-Fetch-Site %s), whatever session it shows', async (origin, site) => {
    const headers = { origin: origin === 'own' ? studio.origin : origin, 'sec-fetch-site': site }
    expect((await studio.call('jobs.list', undefined, cookie, headers)).status).toBe(403)
    expect((await studio.post('/session', { token: studio.token }, headers)).status).toBe(403)
  })

  it('refuses a picture to a page of another site', async () => {
    const address = '/media/x/people/1/crop'
    for (const site of ['cross-site', 'same-site']) {
      expect((await studio.ask(address, { headers: { cookie, 'sec-fetch-site': site } })).status).toBe(403)
    }
    expect((await studio.ask(address, { headers: { cookie, origin: 'http://evil.example' } })).status).toBe(403)
  })

  it('refuses without a session: no cookie, a wrong one, two at once, a session of another name', async () => {
    const name = cookie.split('=')[0]
    const wrong = [
      undefined,
      `${name}=`,
      `${name}=${'A'.repeat(43)}`,
      `${cookie}; ${name}=x`,
      cookie.replace(name, 'x'),
    ]
    for (const each of wrong) {
      const answer = await studio.call('jobs.list', undefined, '', { cookie: each })
      expect([each, answer.status]).toEqual([each, 401])
      expect(json(answer.text)).toMatchObject({ json: { code: 'SESSION_EXPIRED', data: { code: 'session-expired' } } })
      expect((await studio.ask('/media/x/people/1/crop', { headers: { cookie: each } })).status).toBe(401)
    }
  })

  it('keeps what it says to itself: no page of another site can read, frame or run anything', async () => {
    for (const address of ['/', '/rpc/jobs/list', '/media/x', '/nowhere.png']) {
      const { headers } = await studio.ask(address)
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self';.*frame-ancestors 'none'$/,
      )
      expect(headers['content-security-policy']).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
    expect((await studio.ask('/rpc/jobs/list')).headers['cache-control']).toBe('no-store')
  })
})

describe('the token', () => {
  it('is good once, for a cookie that scripts cannot read and other sites cannot send', async () => {
    const { token } = studio
    const first = await studio.post('/session', { token })
    expect(first.status).toBe(200)
    expect(first.headers['set-cookie']?.[0]).toMatch(/^mend_session_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/)
    const again = await studio.post('/session', { token })
    expect([again.status, again.headers['set-cookie']]).toEqual([401, undefined])
    expect(json(again.text)).toMatchObject({ code: 'token-refused' })
  })

  it('has 256 bits, and is of no use as a cookie', async () => {
    const { token } = studio
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const answer = await studio.call('jobs.list', undefined, `${cookie.split('=')[0]}=${token}`)
    expect(answer.status).toBe(401)
  })

  it('is not taken from the address, another method, or what is no JSON', async () => {
    expect((await studio.ask(`/session?token=${studio.token}`)).status).toBe(405)
    const post = (type: string | undefined) =>
      studio.ask('/session', {
        method: 'POST',
        body: JSON.stringify({ token: studio.token }),
        headers: { 'content-type': type },
      })
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', undefined]) {
      expect((await post(type)).status).toBe(415)
    }
  })
})

describe('methods', () => {
  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])(
    'refuses %s of a procedure',
    async (method) => {
      const answer = await studio.ask('/rpc/jobs/list', { method, headers: { cookie } })
      expect(answer.status).toBe(405)
      expect(answer.headers['access-control-allow-methods']).toBeUndefined()
    },
  )

  it('does not let a header or field turn one method into another', async () => {
    const headers = { cookie, 'x-http-method-override': 'POST', 'x-http-method': 'POST' }
    expect((await studio.ask('/rpc/jobs/list?_method=POST&data={}', { headers })).status).toBe(405)
  })

  it('refuses to post to a page or a picture', async () => {
    expect((await studio.post('/', {}, { cookie })).status).toBe(405)
    expect((await studio.post('/media/x/people/1/crop', {}, { cookie })).status).toBe(405)
  })
})

describe('paths', () => {
  const tricks = [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '//etc/passwd',
    '/%2fetc%2fpasswd',
    '/assets/main-1a2b.js%00.html',
    '/assets/main-1a2b.js/.',
    '/index.html/../../secret.txt',
    '/%c0%ae%c0%ae/secret.txt',
  ]

  it.each(tricks)('serves nothing for %s', async (address) => {
    const answer = await studio.ask(address)
    expect(answer.text).not.toContain('not for clients')
    expect(answer.text).not.toContain('root:')
    // What has no ending is the address of a screen, and answered with the studio's page.
    if (answer.status === 200) expect(answer.text).toContain('<title>Studio</title>')
    else expect([400, 404]).toContain(answer.status)
  })

  it('serves pages by their names', async () => {
    const page = await studio.ask('/assets/main-1a2b.js')
    expect([page.status, page.text]).toEqual([200, 'export {}'])
    expect(page.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await studio.ask('/p/abc/data')).text).toContain('<title>Studio</title>')
    expect((await studio.ask('/assets/gone-3c4d.js')).status).toBe(404)
  })

  it('serves nothing that a link among the pages leads to, be it a file or a folder', async () => {
    const pages = path.join(studio.folder, 'pages')
    writeFileSync(path.join(studio.folder, 'secret.json'), 'not for clients')
    symlinkSync(path.join(studio.folder, 'secret.json'), path.join(pages, 'assets', 'file.json'))
    symlinkSync(studio.folder, path.join(pages, 'assets', 'folder'))
    // A new build is read anew.
    utimesSync(path.join(pages, 'index.html'), new Date(), new Date(Date.now() + 1000))
    for (const address of ['/assets/file.json', '/assets/folder/secret.json']) {
      expect((await studio.ask(address)).status).toBe(404)
    }
    expect((await studio.ask('/assets/main-1a2b.js')).status).toBe(200)
  })

  it.each(['..', '%2e%2e', '..%2f..', '%00', 'a%2fb', 'a%5cb', '%zz', ''])(
    'refuses the segment %j in the address of a picture',
    async (segment) => {
      const reference = await referenceOfProject()
      for (const address of [`/media/${segment}/people/1/crop`, `/media/${reference}/people/${segment}/crop`]) {
        const answer = await studio.ask(address, { headers: { cookie } })
        expect([400, 404]).toContain(answer.status)
      }
    },
  )

  it('takes no path where a reference is meant', async () => {
    const forged = [studio.project, '/etc', '../people.mend', 'people.mend', 'A'.repeat(22), '\0', '..', '__proto__']
    for (const project of forged) {
      const answer = await studio.call('projects.summary', { project }, cookie)
      expect([project, answer.status]).toEqual([project, 400])
      expect(json(answer.text)).toMatchObject({ json: { data: { code: 'unknown-reference' } } })
    }
    for (const input of [{ place: '/' }, { place: studio.folder }]) {
      const listed = await studio.call('places.list', input, cookie)
      expect(json(listed.text)).toMatchObject({ json: { data: { code: 'unknown-reference' } } })
    }
    const source = await studio.call('datasets.detect', { source: '/etc' }, cookie)
    expect(json(source.text)).toMatchObject({ json: { data: { code: 'unknown-reference' } } })
  })

  it('says references, never paths, of projects and places', async () => {
    const reference = await referenceOfProject()
    const summary = await studio.call('projects.summary', { project: reference }, cookie)
    expect(json(summary.text)).toMatchObject({ json: { project: reference, name: 'people' } })
    expect(reference).toMatch(/^[\w-]{22}$/)
  })

  it('lists nothing that a link leads out of the roots to, and does not follow one that came later', async () => {
    const inside = path.join(studio.folder, 'data', 'inside')
    mkdirSync(inside)
    writeFileSync(path.join(inside, 'a.json'), '{}')
    symlinkSync(studio.folder, path.join(inside, 'out'))
    symlinkSync(path.join(studio.folder, 'nothing-yet'), path.join(inside, 'dangling'))
    symlinkSync(path.join(studio.folder, 'secret.txt'), path.join(inside, 'secret.json'))
    const place = await placeOf(await rootPlace(), 'inside')
    const listed = await list(place)
    expect(listed.map((entry) => entry.name)).toEqual(['a.json'])
    const child = await studio.call('places.child', { place, name: 'dangling' }, cookie)
    expect(json(child.text)).toMatchObject({ json: { data: { code: 'place-not-allowed' } } })
    // A reference that was given while the place was a folder is worth nothing once it leads elsewhere.
    const later = path.join(studio.folder, 'data', 'later')
    mkdirSync(later)
    const reference = await placeOf(await rootPlace(), 'later')
    rmdirSync(later)
    symlinkSync(studio.folder, later)
    for (const [procedure, input] of [
      ['places.list', { place: reference }],
      ['datasets.detect', { source: reference }],
      ['projects.open', { place: reference }],
      ['projects.summary', { project: reference }],
    ] as const) {
      const answer = await studio.call(procedure, input, cookie)
      expect(json(answer.text)).toMatchObject({ json: { data: { code: 'place-not-allowed' } } })
    }
  })

  it.each(['..', '.', 'a/b', '../x', 'a\\b', 'a\0b', 'CON:', ' x', ''])('makes no folder named %j', async (name) => {
    const place = await rootPlace()
    for (const procedure of ['places.makeFolder', 'places.child', 'projects.create']) {
      const answer = await studio.call(procedure, { place, name }, cookie)
      expect([procedure, answer.status]).toEqual([procedure, 400])
    }
  })
})

describe('sizes and times', () => {
  it('refuses a body beyond the limit, announced or not', async () => {
    const announced = await studio.raw(
      `POST /rpc/jobs/list HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: http://127.0.0.1\r\ncookie: ${cookie}\r\n` +
        'content-type: application/json\r\ncontent-length: 999999999\r\n\r\n{',
    )
    expect(announced).toMatch(/^HTTP\/1.1 413/)
    const small = await studio.post('/session', { token: 'x'.repeat(10_000) })
    expect(small.status).toBe(413)
    const chunked = await studio.ask('/session', {
      method: 'POST',
      body: Buffer.alloc(20_000, 32),
      headers: { 'transfer-encoding': 'chunked' },
    })
    expect(chunked.status).toBe(413)
  })

  it('refuses compressed bodies, forms and files', async () => {
    for (const headers of [
      { 'content-encoding': 'gzip' },
      { 'content-type': 'multipart/form-data; boundary=x' },
      { 'content-disposition': 'attachment; filename="x"' },
    ]) {
      expect((await studio.call('jobs.list', undefined, cookie, headers)).status).toBe(415)
    }
  })

  it('refuses headers and addresses without measure', async () => {
    const huge = await studio.ask('/', { headers: { 'x-much': 'a'.repeat(20_000) } })
    expect(huge.status).toBe(431)
    expect((await studio.ask(`/${'a'.repeat(3000)}`)).status).toBe(400)
  })

  it('hangs up on who sends headers, or a body, drop by drop', async () => {
    const started = Date.now()
    const headers = studio.raw('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ')
    const silent = studio.raw('')
    const body = studio.raw(
      'POST /session HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: http://127.0.0.1\r\n' +
        'content-type: application/json\r\ncontent-length: 50\r\n\r\n{"token":',
    )
    expect(await headers).toMatch(/^HTTP\/1.1 408/)
    expect(await body).toMatch(/^HTTP\/1.1 408|^$/)
    await silent
    expect(Date.now() - started).toBeLessThan(4000)
    expect((await studio.ask('/')).status).toBe(200)
  })

  it('does not speak to what is no HTTP, or smuggles a second request', async () => {
    expect(await studio.raw('\u0016\u0003\u0001\u0002\u0000\r\n\r\n')).toMatch(/^HTTP\/1.1 400/)
    const smuggled = await studio.raw(
      'POST /session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    )
    expect(smuggled).toMatch(/^HTTP\/1.1 400/)
  })
})

describe('guessing', () => {
  it('is slowed down, and never keeps the right ones out', async () => {
    const guesser = await ServedStudio.start()
    try {
      const known = await guesser.signIn()
      const name = known.split('=')[0]
      const statuses: number[] = []
      for (let at = 0; at < 30; at++) {
        const answer =
          at % 2 === 0
            ? await guesser.post('/session', { token: `guess${at}` })
            : await guesser.call('jobs.list', undefined, `${name}=guess${at}`)
        statuses.push(answer.status)
        if (answer.status === 429) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      }
      expect(statuses.slice(0, 20)).toEqual(Array<number>(20).fill(401))
      expect(statuses.slice(20)).toEqual(Array<number>(10).fill(429))
      expect((await guesser.call('jobs.list', undefined, known)).status).toBe(200)
      expect((await guesser.post('/session', { token: guesser.token })).status).toBe(200)
    } finally {
      await guesser.close()
    }
  })

  it('keeps sessions of one service from another', async () => {
    const other = await ServedStudio.start()
    try {
      const name = (await other.signIn()).split('=')[0]
      const answer = await other.call('jobs.list', undefined, `${name}=${cookie.split('=')[1]}`)
      expect(answer.status).toBe(401)
    } finally {
      await other.close()
    }
  })
})

interface Entry {
  readonly place: string
  readonly name: string
}

async function list(place?: string): Promise<Entry[]> {
  const answer = await studio.call('places.list', { place }, cookie)
  return (json(answer.text) as { json: { entries: Entry[] } }).json.entries
}

async function rootPlace(): Promise<string> {
  return (await list())[0].place
}

async function placeOf(folder: string, name: string): Promise<string> {
  const found = (await list(folder)).find((entry) => entry.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found.place
}

function referenceOfProject(): Promise<string> {
  return rootPlace().then((root) => placeOf(root, 'people.mend'))
}
