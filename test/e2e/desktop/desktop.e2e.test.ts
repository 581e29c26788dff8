import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildWhatIsStale, DesktopStudio, explainSkip, Screen, stillRunning, whyNoDesktop } from './desktopStudio.ts'

explainSkip()

interface ChosenPlace {
  readonly place: string
  readonly name: string
}

/** Calls a procedure as the page does, and gives what it answers. */
async function callScript({ procedure, input }: { procedure: string; input: unknown }): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`/rpc/${procedure}`, { method: 'POST', headers, body: JSON.stringify({ json: input }) })
  return ((await response.json()) as { json: unknown }).json
}

interface StubbedDialogs {
  asked: string[]
  answer: number
}

describe.skipIf(whyNoDesktop() !== null)('the desktop application', () => {
  let screen: Screen
  let studio: DesktopStudio
  let page: Page

  beforeAll(async () => {
    await buildWhatIsStale()
    screen = await Screen.open()
    studio = await DesktopStudio.prepare(screen)
    await studio.mend('synth', 'people.mend', '--profile', 'full', '--people', '24', '--seed', '1')
    await studio.mend('synth', 'others.mend', '--profile', 'full', '--people', '8', '--seed', '2')
    page = await studio.start()
  }, 120_000)
  afterAll(async () => {
    await studio.dispose()
    screen.close()
  })

  /** Presses a menu entry as a person would: one that is greyed out does nothing. */
  const chooseMenu = (id: string): Promise<boolean> =>
    studio.electron.evaluate(({ Menu, BrowserWindow }, wanted) => {
      const item = Menu.getApplicationMenu()?.getMenuItemById(wanted)
      if (item?.enabled !== true) return false
      item.click(undefined, BrowserWindow.getAllWindows()[0])
      return true
    }, id)
  const isShown = (): Promise<boolean> =>
    studio.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false)
  /** Native questions are answered with the button of that number, and remembered. */
  const answerDialogs = (answer: number): Promise<void> =>
    studio.electron.evaluate(({ dialog }, button) => {
      const stubbed = ((globalThis as { stubbed?: StubbedDialogs }).stubbed ??= { asked: [], answer: button })
      stubbed.answer = button
      stubbed.asked = []
      dialog.showMessageBox = async (...given: unknown[]) => {
        const options = given.at(-1) as { message: string; detail?: string }
        stubbed.asked.push(`${options.message} ${options.detail ?? ''}`)
        return { response: stubbed.answer, checkboxChecked: false }
      }
    }, answer)
  const asked = (): Promise<string[]> =>
    studio.electron.evaluate(() => (globalThis as { stubbed?: StubbedDialogs }).stubbed?.asked ?? [])

  it('opens its window on Home', async () => {
    await page.waitForSelector('text=Try the sample')
    expect(page.url()).toBe('studio://app/')
    expect(await isShown()).toBe(true)
    expect(await studio.services()).toHaveLength(1)
  })

  it('gives the page neither Node nor the secret', async () => {
    const seen = await page.evaluate<unknown>(`({
      node: ['require', 'process', 'module', 'Buffer', 'ipcRenderer'].filter((name) => name in globalThis),
      bridge: Object.keys(window.desktop).sort(),
      cookie: document.cookie,
    })`)
    expect(seen).toEqual({
      node: [],
      bridge: ['choosePlace', 'notify', 'onCommand', 'onMessage', 'placesOfDrop', 'setMenuBar', 'setTheme'],
      cookie: '',
    })
    const headers = await page.evaluate(async () => {
      const { headers } = await fetch('/')
      return { policy: headers.get('content-security-policy') ?? '', session: headers.get('x-mend-session') }
    })
    expect(headers.policy).toContain("default-src 'none'")
    expect(headers.session).toBeNull()
  })

  it('opens the project of a second start in the same window', async () => {
    await studio.startAgain('people.mend')
    await page.waitForSelector('[role=gridcell][aria-label*="person"]')
    expect(page.url()).toMatch(/^studio:\/\/app\/p\/[\w-]{22}\/data/)
    expect(studio.electron.windows()).toHaveLength(1)
  })

  it('shows pictures and every screen over studio://', async () => {
    for (const name of ['import', 'training', 'suspects', 'export', 'editor', 'data']) {
      expect(await chooseMenu(`go.${name}`), name).toBe(true)
      await page.waitForURL(new RegExp(`/${name}\\b`))
    }
    expect(await chooseMenu('go.home')).toBe(true)
    const largest = `Math.max(0, ...[...document.querySelectorAll('#screen img')].map((image) => image.naturalWidth))`
    await expect.poll(() => page.evaluate<number>(largest), { timeout: 10_000 }).toBeGreaterThan(0)
  })

  it('has the window’s commands, keys and recent projects in the menu', async () => {
    const menu = await studio.electron.evaluate(({ Menu }) =>
      (Menu.getApplicationMenu()?.items ?? []).map(({ label, submenu }) => ({
        label,
        entries: (submenu?.items ?? []).map((item) => ({
          label: item.label,
          key: item.accelerator ?? null,
          inner: item.submenu?.items.map((inner) => inner.label) ?? [],
        })),
      })),
    )
    const entriesOf = (label: string) => menu.find((each) => each.label === label)?.entries ?? []
    expect(entriesOf('Go to')).toContainEqual({ label: 'Data', key: 'Alt+1', inner: [] })
    expect(entriesOf('Go to').map(({ label }) => label)).toContain('Import && merge…')
    expect(entriesOf('Studio')).toContainEqual({ label: 'Open recent', key: null, inner: ['people'] })
  })

  it('turns what a native dialog chose into a project, without telling the page where it lies', async () => {
    const chosen = path.join(studio.folder, 'others.mend')
    await studio.electron.evaluate(({ dialog }, file) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [file] })
    }, chosen)
    const place = await page.evaluate<ChosenPlace>(
      `window.desktop.choosePlace({ title: 'Open a project', kind: 'project' })`,
    )
    expect(place).toEqual({ place: expect.stringMatching(/^[\w-]{22}$/), name: 'others.mend' })
    expect(await chooseMenu('projects.open')).toBe(true)
    await page.waitForURL(new RegExp(`/p/${place.place}/data`))
  })

  it('refuses calls of another form, and pages that are not its own', async () => {
    const refused = await page.evaluate<unknown>(`(async () => ({
      choosing: await window.desktop.choosePlace({ title: 'x', kind: 'anything' }).catch(String),
      elsewhere: await fetch('https://example.com/').catch(String),
      opened: window.open('http://127.0.0.1:9/') === null,
    }))()`)
    expect(refused).toEqual({
      choosing: expect.stringContaining('does not allow'),
      elsewhere: expect.stringContaining('Failed to fetch'),
      opened: true,
    })
    await answerDialogs(1)
    const before = page.url()
    await studio.electron.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      await contents?.executeJavaScript(`location.href = 'https://example.com/elsewhere'`)
    })
    // A person is asked before the system's browser is.
    await expect.poll(asked).toEqual([expect.stringContaining('https://example.com/elsewhere')])
    const shown = await studio.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => window.webContents.getURL()),
    )
    expect(shown).toEqual([before])
    // Playwright takes a refused navigation for one that never ends.
    await page.reload()
  })

  it('starts a killed service again, says so, and knows what was chosen and done before', async () => {
    const [service] = await studio.services()
    process.kill(service, 'SIGKILL')
    await page.waitForSelector('text=The service ended unexpectedly and was started again')
    const [again] = await studio.services()
    expect(again).not.toBe(service)
    await page.waitForSelector('text=● Saved')
    const project = /\/p\/([^/]+)/.exec(page.url())?.[1]
    const answer = await page.evaluate(callScript, { procedure: 'projects/summary', input: { project } })
    expect(answer).toMatchObject({ name: 'others', people: 8 })
  })

  it('lets work go on without the window, tells when something ends, and comes back', async () => {
    await page.evaluate(callScript, { procedure: 'projects/sample', input: { people: 5000 } })
    // The question says how far the work is.
    await expect
      .poll(async () => JSON.stringify(await page.evaluate(callScript, { procedure: 'jobs/list', input: undefined })))
      .toContain('"total":5000')
    await answerDialogs(0)
    await studio.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await expect.poll(isShown).toBe(false)
    expect(await asked()).toEqual([
      expect.stringMatching(/^Work \(sample\) is under way \(.* 5,000 people\)\. It can go on without the window/),
    ])
    await studio.electron.evaluate(({ Notification }) => {
      const told = globalThis as { told?: string }
      Notification.isSupported = () => true
      Notification.prototype.show = function show(): void {
        told.told = this.title
        this.emit('click')
      }
    })
    await page.evaluate(`window.desktop.notify({ title: 'Run 3 is done', body: 'Look', page: '/settings' })`)
    await page.waitForURL('studio://app/settings')
    expect(await studio.electron.evaluate(() => (globalThis as { told?: string }).told)).toBe('Run 3 is done')
    await expect.poll(isShown).toBe(true)
  })

  it('ends everything that it started when it is told to stop and quit', async () => {
    const started = await studio.descendants()
    expect(started.length).toBeGreaterThan(1)
    await answerDialogs(1)
    const ended = studio.ended()
    await studio.electron.evaluate(({ app }) => app.quit())
    expect(await ended).toBe(0)
    await expect.poll(() => stillRunning(started)).toEqual([])
  })

  it('ends in good order when it is told to by signals, however many', async () => {
    const again = await studio.start('people.mend')
    await again.waitForSelector('[role=gridcell][aria-label*="person"]')
    const started = await studio.descendants()
    const main = studio.electron.process()
    const ended = studio.ended()
    main.kill('SIGTERM')
    main.kill('SIGTERM')
    expect(await ended).toBe(0)
    await expect.poll(() => stillRunning(started)).toEqual([])
  })
})
