import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findWheel, packageIndex } from './packageIndex.ts'

const wheel = 'tensorflow_cpu-2.20.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl'
const sha256 = 'c7'.repeat(32)
let server: http.Server
let base = ''
let seen: http.IncomingMessage[] = []

const pages: Record<string, { type: string; body: string }> = {
  '/json/tensorflow-cpu/': {
    type: 'application/vnd.pypi.simple.v1+json',
    body: JSON.stringify({
      files: [
        { filename: 'other.whl', url: 'https://files.example/other.whl', hashes: {} },
        { filename: wheel, url: `https://files.example/ab/${wheel}`, hashes: { sha256 } },
      ],
    }),
  },
  '/html/tensorflow-cpu/': {
    type: 'text/html; charset=utf-8',
    body: `<a href="other.whl">other.whl</a>\n<a data-requires-python="&gt;=3.9" href="../../packages/ab/${wheel}?a=1&amp;b=2#sha256=${sha256}">it</a>`,
  },
}

beforeAll(async () => {
  server = http.createServer((request, response) => {
    seen.push(request)
    const page = pages[request.url ?? '']
    if (page === undefined) response.writeHead(404).end()
    else response.setHeader('content-type', page.type).end(page.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => server.close())

describe('a wheel is found', () => {
  test('in the JSON form', async () => {
    const found = await findWheel('tensorflow-cpu', wheel, sha256, `${base}/json/`)
    expect(found).toEqual({ url: `https://files.example/ab/${wheel}`, headers: {} })
  })

  test('in the HTML form, whose addresses are relative', async () => {
    const found = await findWheel('tensorflow-cpu', wheel, sha256, `${base}/html/`)
    expect(found.url).toBe(`${base}/packages/ab/${wheel}?a=1&b=2`)
  })

  test('with a password in the address of the index, which only its own host gets', async () => {
    seen = []
    const withPassword = base.replace('http://', 'http://me:s%40fe@')
    const json = await findWheel('tensorflow-cpu', wheel, sha256, `${withPassword}/json/`)
    expect(seen[0].headers.authorization).toBe(`Basic ${Buffer.from('me:s@fe').toString('base64')}`)
    expect(json.headers).toEqual({})
    const html = await findWheel('tensorflow-cpu', wheel, sha256, `${withPassword}/html/`)
    expect(html.headers).toHaveProperty('authorization')
  })
})

describe('a wheel is not found', () => {
  test('where the index offers another file of that name', async () => {
    const looking = findWheel('tensorflow-cpu', wheel, '0'.repeat(64), `${base}/json/`)
    await expect(looking).rejects.toMatchObject({ code: 'index-mismatch' })
  })

  test('where the index has other files only', async () => {
    const looking = findWheel('tensorflow-cpu', 'absent.whl', sha256, `${base}/html/`)
    await expect(looking).rejects.toMatchObject({ code: 'wheel-not-offered' })
  })

  test.each(['http://127.0.0.1:1/', 'missing'])('where the index does not answer (%s)', async (index) => {
    const address = index === 'missing' ? `${base}/missing/` : index
    const hint = expect.stringContaining('PIP_INDEX_URL') as string
    await expect(findWheel('tensorflow-cpu', wheel, sha256, address)).rejects.toMatchObject({
      code: 'no-network',
      hint,
    })
  })
})

test("pip's and uv's variables name the index, in this order", () => {
  expect(packageIndex({ PIP_INDEX_URL: 'https://a/simple', UV_INDEX_URL: 'https://b' })).toBe('https://a/simple/')
  expect(packageIndex({ UV_DEFAULT_INDEX: 'https://c/', UV_INDEX_URL: 'https://b' })).toBe('https://c/')
  expect(packageIndex({ PIP_INDEX_URL: '' })).toMatch(/^https:.*\/simple\/$/)
})
