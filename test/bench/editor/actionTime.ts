import type { Page } from 'playwright-core'

/** For machines that do other work besides. */
const patienceMs = 120_000

/** What the stage says of itself (data-… of .stage), and what it said when the event came. */
export type StagePredicate =
  | 'true'
  | 'now.view !== before.view'
  | 'now.image !== before.image && now.image !== undefined'
  | 'now.person !== before.person'
  | 'now.tool !== before.tool'
  | 'now.changes !== before.changes'
  | 'now.saving === "saved" && seen.has("saving")'

const watchScript = (event: string, until: StagePredicate): string => `(() => {
  const now = document.querySelector('.stage').dataset
  const seen = new Set()
  const observer = new MutationObserver(() => seen.add(now.saving))
  observer.observe(document.querySelector('.stage'), { attributes: true, attributeFilter: ['data-saving'] })
  globalThis.actionTime = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('nothing was drawn: ${until.replaceAll("'", '"')}')), ${patienceMs})
    addEventListener('${event}', (action) => {
      const before = { ...now }
      const look = () => {
        if (!(${until})) return requestAnimationFrame(look)
        clearTimeout(late)
        observer.disconnect()
        const channel = new MessageChannel()
        channel.port1.onmessage = () => resolve(performance.now() - action.timeStamp)
        channel.port2.postMessage(null)
      }
      requestAnimationFrame(look)
    }, { once: true, capture: true })
  })
})()`

/**
 * Milliseconds from when the browser got the event that ends an action until the frame has been handed on in which its
 * picture is drawn.
 * @param event the event that the time counts from @param until what the stage says once the action has had its effect
 */
export async function actionTime(
  page: Page,
  event: 'keydown' | 'pointerdown' | 'pointermove' | 'pointerup' | 'wheel',
  until: StagePredicate,
  act: () => Promise<unknown>,
): Promise<number> {
  await page.evaluate(watchScript(event, until))
  await act()
  return page.evaluate<number>('globalThis.actionTime')
}
