import { onBeforeUnmount, watch } from 'vue'
import { client } from '../../api/client.ts'
import { follow } from '../../api/follow.ts'
import { useConnection } from '../../stores/connection.ts'
import { useNotices } from '../../stores/notices.ts'
import { isUnsaved, type EditorParts } from './editorParts.ts'
import { ImageSession } from './model/imageSession.ts'
import { PrefetchedPictures } from './stage/prefetchedPictures.ts'

/** Puts the image that the address names on the stage, with its labels, and follows what others do to them. */
export function useEditorImage(parts: EditorParts, choose: (person: number, opened: boolean) => void) {
  const { project, queue, state, bench, session } = parts
  const notices = useNotices()
  const pictures = new PrefetchedPictures(project)
  const connection = useConnection()
  let watching = new AbortController()
  let asked = 0

  onBeforeUnmount(() => {
    watching.abort()
    session.value?.close()
    pictures.close()
  })

  watch(
    () => connection.returns,
    () => void session.value?.reconnected(),
  )

  /** Shows what the address names. */
  async function show(): Promise<void> {
    if (bench.value === null) return
    const mine = ++asked
    try {
      // Whoever is in the picture already need not be looked for.
      const here = session.value !== null && session.value.find(queue.person.value) !== null
      const wanted = here ? state.image : await queue.wantedImage()
      if (mine !== asked || wanted === null) return
      state.error = null
      const another = wanted !== state.image || session.value === null
      if (another) await open(wanted, () => mine === asked)
      if (mine !== asked) return
      choose(queue.person.value, another && wanted === state.image)
      queue.last.value = { person: state.person, image: state.image }
    } catch (error) {
      if (mine === asked) state.error = error
    }
  }

  async function open(image: number, current: () => boolean): Promise<void> {
    const last = session.value
    await last?.settled()
    if (last !== null && isUnsaved(state)) {
      notices.tell('The last change is not stored yet: try again or discard it before you leave the image.')
      await queue.goTo({ person: state.person, image: state.image })
      return
    }
    const next = new ImageSession(project, image, (change) => {
      if (session.value === next) bench.value?.sessionChanged(change)
    })
    const [picture] = await Promise.all([pictures.get(image), next.load()])
    if (!current() || bench.value === null) return next.close()
    const drawn = next.size
    next.setSize(drawn?.width ?? picture.width, drawn?.height ?? picture.height)
    watching.abort()
    last?.close()
    session.value = next
    state.image = image
    state.person = 0
    state.saving = next.saving
    state.history = next.history
    bench.value.show(next, picture)
    state.loaded = true
    pictures.prefetch(queue.upcoming(), picture)
    watchEdits(next)
  }

  function watchEdits(of: ImageSession): void {
    watching = new AbortController()
    const { signal } = watching
    void follow({
      open: (stop) => client.editing.watch({ project, image: of.image }, { signal: stop }),
      onEvent: (event) => of.observe(event),
      isLast: () => false,
      signal,
    })
  }

  return { show }
}
