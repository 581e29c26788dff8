import type { BindingContext, Bindings } from './binding.ts'

/** How the picture and its labels are shown. */
export function viewBindings({ editor, loaded, someone }: BindingContext): Bindings {
  const { state, settings, bench } = editor
  const zoom = (factor: number) => ({ run: (): void => bench.value?.viewport.zoom(factor), enabled: loaded })
  return {
    'editor.fit': { run: editor.fitImage, enabled: loaded },
    'editor.fitPerson': { run: editor.fitPerson, enabled: loaded },
    'editor.actualSize': { run: () => bench.value?.viewport.zoom(1 / state.scale), enabled: loaded },
    'editor.zoomIn': zoom(1.25),
    'editor.zoomOut': zoom(0.8),
    'editor.hideLabels': () => void (state.hidden = !state.hidden),
    'editor.othersLabels': () => void (settings.value.others = !settings.value.others),
    'editor.ghost': { run: () => void (settings.value.ghost = !settings.value.ghost), enabled: someone },
    'editor.crosshair': () => void (settings.value.crosshair = !settings.value.crosshair),
    'editor.loupe': () => void (settings.value.loupe = !settings.value.loupe),
  }
}
