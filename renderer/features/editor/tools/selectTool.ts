import type { PointerMoment } from '../stage/pointerInput.ts'
import { Tool } from './tool.ts'
import type { ToolHost } from './toolHost.ts'

/** Chooses people: a click takes the smallest box under it. */
export class SelectTool extends Tool {
  readonly name = 'select'
  readonly #host: ToolHost

  constructor(host: ToolHost) {
    super()
    this.#host = host
    this.cursor = 'default'
  }

  override down(moment: PointerMoment): void {
    this.#host.choosePerson(moment.image)
  }
}
