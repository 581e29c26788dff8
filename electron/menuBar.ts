import { app, Menu } from 'electron'
import { menuTemplate } from './menu.ts'
import { channels, type MenuCommand } from './messages.ts'
import type { RecentProject, ServiceRequests } from './serviceRequests.ts'
import type { StudioWindow } from './studioWindow.ts'

const recentShown = 12

export interface MenuBarOptions {
  readonly requests: ServiceRequests
  readonly window: () => StudioWindow | null
  readonly quit: () => void
}

/** Keeps the application's menu like the window's commands and the recent projects. */
export class MenuBar {
  readonly #options: MenuBarOptions
  #commands: readonly MenuCommand[] = []
  #recent: readonly RecentProject[] = []
  /** What the menu was made of, but for what is enabled. */
  #made = ''

  constructor(options: MenuBarOptions) {
    this.#options = options
  }

  show(commands: readonly MenuCommand[]): void {
    this.#commands = commands
    const shape = JSON.stringify([commands.map(({ id, title, group, key }) => [id, title, group, key]), this.#recent])
    const menu = Menu.getApplicationMenu()
    if (shape !== this.#made || menu === null) {
      this.#made = shape
      Menu.setApplicationMenu(Menu.buildFromTemplate(this.#template()))
      return
    }
    // An open menu closes when it is replaced.
    for (const { id, enabled } of commands) {
      const item = menu.getMenuItemById(id)
      if (item !== null && item.enabled !== enabled) item.enabled = enabled
    }
  }

  async refreshRecent(): Promise<void> {
    try {
      const known = new Set(this.#recent.map(({ folder }) => folder))
      this.#recent = (await this.#options.requests.recentProjects()).slice(0, recentShown)
      for (const { folder } of this.#recent) if (!known.has(folder)) app.addRecentDocument(folder)
      this.show(this.#commands)
    } catch {
      // The service is down: the menu stays as it is.
    }
  }

  #template(): ReturnType<typeof menuTemplate> {
    const { window, quit } = this.#options
    return menuTemplate(
      { commands: this.#commands, recent: this.#recent },
      {
        run: (id) => window()?.browser.webContents.send(channels.command, id),
        open: ({ reference }) => window()?.tell({ type: 'open', place: reference }),
        quit,
      },
    )
  }
}
