import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, explainSkip, openWindow, Studio, type StudioWindow } from './studio.ts'

explainSkip()

/** What a page of another site, in the browser that is signed in to the studio, gets when it tries. */
const attacks = (target: string, project: string): string => `
  (async () => {
    const tried = {}
    const note = async (name, attempt) => { try { tried[name] = await attempt() } catch (error) { tried[name] = 'refused' } }
    const status = (response) => 'status ' + response.status + ' ' + response.type
    const rpc = '${target}/rpc/projects/recent'
    await note('read', () => fetch(rpc, { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body: '{}' }).then(status))
    await note('blind post', () => fetch(rpc, { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' }).then(() => 'sent, unread'))
    await note('page', () => fetch('${target}/').then((response) => response.text()))
    await note('picture', () => new Promise((settle) => {
      const image = new Image()
      image.onload = () => settle('seen')
      image.onerror = () => settle('refused')
      image.src = '${target}/media/${project}/people/1/crop?size=96'
    }))
    await note('script', () => new Promise((settle) => {
      const script = document.createElement('script')
      script.onload = () => settle('ran')
      script.onerror = () => settle('refused')
      script.src = '${target}/theme.js'
      document.head.append(script)
    }))
    await note('frame', () => new Promise((settle) => {
      const frame = document.createElement('iframe')
      frame.onload = () => { try { settle(frame.contentWindow.length + ' reachable') } catch { settle('refused') } }
      frame.src = '${target}/'
      document.body.append(frame)
    }))
    return tried
  })()`

describe.skipIf(chromiumPath() === null)('the studio in a browser', () => {
  let studio: Studio
  let window: StudioWindow
  let stranger: Server
  let strangerAddress = ''

  beforeAll(async () => {
    studio = await Studio.prepare({ projects: ['people.mend'] })
    await studio.mend('synth', 'people.mend', '--profile', 'full', '--people', '8', '--seed', '1')
    await studio.serve()
    window = await openWindow(studio)
    stranger = createServer((_, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>Stranger</title><body></body>')
    })
    stranger.listen(0, '127.0.0.1')
    await once(stranger, 'listening')
    strangerAddress = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
  }, 120_000)
  afterAll(async () => {
    stranger.close()
    await window.browser.close()
    await studio.dispose()
  })

  it('takes the token out of the address and keeps the session from scripts', async () => {
    expect(window.page.url()).not.toContain('token')
    await window.page.waitForLoadState('load')
    await window.page.goto(studio.at('/settings'))
    await window.page.goBack()
    await window.page.waitForSelector('#screen')
    expect(window.page.url()).not.toContain('token')
    // A window that is still going somewhere cannot answer.
    const cookie = (): Promise<unknown> => window.page.evaluate('document.cookie').catch(() => null)
    await expect.poll(cookie, { timeout: 15_000 }).toBe('')
    const cookies = await window.context.cookies()
    expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toEqual([[true, 'Strict']])
    expect(await window.page.evaluate('JSON.stringify([localStorage, sessionStorage])')).not.toMatch(/[\w-]{43}/)
  })

  it('shows its pages and pictures without a word from the content security policy', async () => {
    await window.page.goto(studio.at(`/p/${studio.project}/data`))
    await window.page.waitForSelector('#screen')
    const shown = await window.page.evaluate(
      `fetch('/media/${studio.project}/people/1/crop?size=96').then((r) => r.status)`,
    )
    expect(shown).toBe(200)
    expect(window.problems.filter((problem) => /Content Security Policy/i.test(problem))).toEqual([])
  })

  it('runs no script that found its way into a page', async () => {
    const ran = await window.page.evaluate(`new Promise((settle) => {
      window.injected = 0
      const script = document.createElement('script')
      script.textContent = 'window.injected = 1'
      document.head.append(script)
      const host = document.createElement('div')
      host.innerHTML = '<img src="x:" onerror="window.injected = 2">'
      document.body.append(host)
      let evaluated = 'refused'
      try { evaluated = String(new Function('return 3')()) } catch {}
      setTimeout(() => settle([window.injected, evaluated]), 200)
    })`)
    // The debugger may evaluate what the page may not.
    expect((ran as unknown[])[0]).toBe(0)
  })

  it.each(['127.0.0.1', 'localhost'])('gives a stranger’s page nothing, asked as %s', async (name) => {
    const target = `http://${name}:${new URL(studio.at('/')).port}`
    const page = await window.context.newPage()
    await page.goto(strangerAddress)
    const tried = await page.evaluate(attacks(target, studio.project))
    await page.close()
    expect(tried).toEqual({
      read: 'refused',
      'blind post': 'refused',
      page: 'refused',
      picture: 'refused',
      script: 'refused',
      frame: expect.stringMatching(/refused|0 reachable/),
    })
  })

  it('does not sign a second browser in with the same address', async () => {
    const context = await window.browser.newContext()
    const page = await context.newPage()
    const exchange = page.waitForResponse((response) => response.url().endsWith('/session'))
    await page.goto(studio.address)
    expect((await exchange).status()).toBe(401)
    const status = await page.evaluate(
      "fetch('/rpc/projects/recent', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then((r) => r.status)",
    )
    expect(status).toBe(401)
    await context.close()
  })

  it('lets a signed-in window go on after the service was killed and started again, and not after its orderly end', async () => {
    // A connection that died with the service fails once before the browser opens another.
    const ask = (): Promise<unknown> =>
      window.page.evaluate(`(async () => {
        const headers = { 'content-type': 'application/json' }
        for (let tries = 0; tries < 20; tries++) {
          try {
            return (await fetch('/rpc/projects/recent', { method: 'POST', headers, body: '{}' })).status
          } catch {
            await new Promise((resolve) => setTimeout(resolve, 100))
          }
        }
      })()`)
    await window.page.goto(studio.at('/settings'))
    await studio.kill()
    await studio.serve()
    expect(await ask()).toBe(200)
    await studio.stop()
    await studio.serve()
    expect(await ask()).toBe(401)
  })
})
