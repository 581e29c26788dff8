import { useCommands } from '../../../commands/commandTable.ts'
import { steppedBrushSize } from '../tools/strokeTool.ts'
import { toolNames } from '../tools/tool.ts'
import type { BindingContext, Bindings } from './binding.ts'

const nudges = { Left: [-1, 0], Right: [1, 0], Up: [0, -1], Down: [0, 1] } as const

/** Tools, and what is done with the one in hand. */
export function toolBindings(context: BindingContext): Bindings {
  return {
    ...choosing(context),
    ...nudging(context),
    ...gestures(context),
    ...painting(context),
    ...splitting(context),
  }
}

function choosing({ editor, loaded }: BindingContext): Bindings {
  const commands = useCommands()
  return Object.fromEntries(
    toolNames
      .filter((tool) => commands.all.some(({ id }) => id === `editor.tool.${tool}`))
      .map((tool) => [
        `editor.tool.${tool}`,
        { run: () => editor.chooseTool(tool), enabled: () => loaded() && editor.hasTaskFor(tool) },
      ]),
  )
}

function nudging({ act, someone }: BindingContext): Bindings {
  return Object.fromEntries(
    Object.entries(nudges).flatMap(([way, [x, y]]) => [
      [`editor.nudge${way}`, { run: act({ nudge: { x, y } }), enabled: someone }],
      [`editor.push${way}`, { run: act({ nudge: { x: 10 * x, y: 10 * y } }), enabled: someone }],
    ]),
  )
}

function gestures({ editor, act, loaded, someone, still }: BindingContext): Bindings {
  const { state, settings, session, bench } = editor
  const joints = (): boolean => state.tool === 'keypoints' && someone()
  return {
    'edit.undo': {
      run: () => session.value?.undo(),
      enabled: () => !editor.isUnsaved() && (state.history.undo !== null || state.saving.type === 'saving'),
    },
    'editor.redo': {
      run: () => session.value?.redo(),
      enabled: () => !editor.isUnsaved() && state.history.redo !== null,
    },
    'editor.finish': { run: act('finish'), enabled: loaded },
    'editor.cancel': { run: act('cancel'), enabled: loaded },
    'editor.removeLast': { run: act('removeLast'), enabled: loaded },
    'editor.skip': { run: act('skip'), enabled: joints },
    'editor.visibility': { run: act('cycleVisibility'), enabled: joints },
    'editor.swapSides': { run: act('swapSides'), enabled: joints },
    'editor.swapPair': { run: act('swapPair'), enabled: joints },
    'editor.hull': {
      run: () => {
        bench.value?.keypointsTool.toggleHull()
        state.hull = bench.value?.keypointsTool.hull ?? false
      },
      enabled: joints,
    },
    'editor.template': {
      run: () => void (state.template = state.template === 'edit' ? null : 'edit'),
      enabled: () => editor.hasTaskFor('keypoints'),
    },
    'editor.newTemplate': {
      run: () => void (state.template = state.template === 'new' ? null : 'new'),
      enabled: loaded,
    },
    'editor.acceptHere': { run: act('accept'), enabled: () => settings.value.ghost && someone() },
    'editor.acceptAll': {
      run: still(() => bench.value?.acceptGhost(null)),
      enabled: () => editor.ghost.value !== null,
    },
  }
}

function splitting({ editor: { parts, state }, someone }: BindingContext): Bindings {
  return {
    'editor.splitPart': {
      run: () => {
        const partner = parts.partnerOf(state.part)
        if (partner !== null) parts.splitOff(state.part, partner)
      },
      enabled: () => someone() && parts.partnerOf(state.part) !== null,
    },
  }
}

function painting({ editor: { settings } }: BindingContext): Bindings {
  const size = (steps: number) => (): void => {
    settings.value.brushSize = steppedBrushSize(settings.value.brushSize, steps)
  }
  return {
    'editor.smaller': size(-1),
    'editor.larger': size(1),
    'editor.brushShape': () =>
      void (settings.value.brushShape = settings.value.brushShape === 'round' ? 'square' : 'round'),
    'editor.keepOthers': () => void (settings.value.keepOthers = !settings.value.keepOthers),
  }
}
