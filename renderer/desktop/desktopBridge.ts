/** What a person chose: an opaque reference that procedures take as `place`, `source`, `project` or `out`. */
export interface ChosenPlace {
  readonly place: string
  readonly name: string
}

/** `folder`: any folder; `project`: a NAME.mend; `dataset`: a folder or a file. */
export type PlaceKind = 'folder' | 'project' | 'dataset'

/** A command as the desktop's menu bar shows it. */
export interface MenuBarCommand {
  readonly id: string
  readonly title: string
  readonly group: string
  /** Its first key in force (commands/keys.ts), or null. */
  readonly key: string | null
  readonly enabled: boolean
}

/** What the desktop tells its window of its own accord. */
export type DesktopMessage =
  /** Open the project that was named on the command line, in the menu or in the system. */
  | { readonly type: 'open'; readonly place: string }
  /** Go to a page: a notification was clicked. */
  | { readonly type: 'page'; readonly page: string }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'failed'; readonly what: string; readonly why: string }

/** The window's colours, for its frame, the system's dialogs and the next start. */
export interface WindowTheme {
  readonly theme: 'dark' | 'light' | 'system'
  /** `#rrggbb` */
  readonly background: string
}

/**
 * What the desktop's preload script exposes as `window.desktop`; absent in a browser. Paths stay on the other side: dialogs
 * and drops answer with references.
 */
export interface DesktopBridge {
  /** Asks with the system's own dialog; null when it is closed. */
  choosePlace(options: { readonly title: string; readonly kind: PlaceKind }): Promise<ChosenPlace | null>
  /** References of files and folders that were dropped on the window. */
  placesOfDrop(files: readonly File[]): Promise<readonly ChosenPlace[]>
  /** Replaces the menu bar's entries; they call back through `onCommand`. */
  setMenuBar(commands: readonly MenuBarCommand[]): void
  /** Calls back with a command's id when its menu entry is chosen; returns the function that ends this. */
  onCommand(listener: (id: string) => void): () => void
  /** Shows a notification of the system; a click on it brings the window to the front at `page`. */
  notify(notice: { readonly title: string; readonly body: string; readonly page: string }): void
  setTheme(theme: WindowTheme): void
  /** Calls back with what the desktop tells, also what it had to tell before; returns the function that ends this. */
  onMessage(listener: (message: DesktopMessage) => void): () => void
}

declare global {
  interface Window {
    readonly desktop?: DesktopBridge
  }
}

/** The desktop's bridge, or null in a browser. */
export function desktop(): DesktopBridge | null {
  return window.desktop ?? null
}
