import type { Ref } from 'vue'
import type { BulkOperation, PeopleQuery } from '../../../core/api/browse.ts'
import { useCommandHandlers } from '../../commands/commandTable.ts'
import type { BulkActions } from './bulkActions.ts'
import type { useListPosition } from './listPosition.ts'
import type { OverlayChoice } from './overlayChoice.ts'
import type { Selection } from './selection.ts'

export interface DataCommands {
  readonly query: Ref<PeopleQuery>
  readonly tile: Ref<number>
  readonly coverageShown: Ref<boolean>
  readonly inspectorShown: Ref<boolean>
  readonly overlay: OverlayChoice
  readonly selection: Selection
  readonly position: ReturnType<typeof useListPosition>
  readonly bulk: BulkActions
  readonly columns: () => number
  readonly pageRows: () => number
  readonly filtered: () => boolean
  readonly open: (index: number) => void
  readonly clear: () => void
  readonly refresh: () => Promise<void>
  readonly startAssigning: () => Promise<void>
  readonly search: () => void
  readonly nameView: () => void
}

const smallestTile = 64
const largestTile = 320
const tileStep = 16

/** What the Data screen's entries of the command table do. */
export function useDataCommands(data: DataCommands): void {
  const { position, selection, bulk, columns } = data
  const some = (): boolean => position.total.value > 0
  const screen = (): number => columns() * data.pageRows()
  const going = (by: () => number, extend = false) => ({ run: () => position.move(by(), extend), enabled: some })
  const act = (operation: BulkOperation): Promise<void> => {
    position.selectSomething()
    return bulk.apply(operation)
  }
  const acting = (operation: BulkOperation) => ({
    run: () => act(operation),
    enabled: () => some() && !bulk.busy.value,
  })
  const turn = (shown: Ref<boolean>) => (): void => void (shown.value = !shown.value)
  const resize = (by: number) => (): void =>
    void (data.tile.value = Math.min(largestTile, Math.max(smallestTile, data.tile.value + by)))
  const turnUnit = (): void => {
    const unit = data.query.value.unit === 'people' ? 'images' : 'people'
    data.query.value = { ...data.query.value, unit }
  }
  useCommandHandlers({
    'data.search': data.search,
    'data.left': going(() => -1),
    'data.right': going(() => 1),
    'data.up': going(() => -columns()),
    'data.down': going(columns),
    'data.pageUp': going(() => -screen()),
    'data.pageDown': going(screen),
    'data.first': going(() => -position.total.value),
    'data.last': going(() => position.total.value),
    'data.extendLeft': going(() => -1, true),
    'data.extendRight': going(() => 1, true),
    'data.extendUp': going(() => -columns(), true),
    'data.extendDown': going(columns, true),
    'data.toggle': { run: position.toggle, enabled: some },
    'data.selectAll': { run: position.selectAll, enabled: some },
    'data.selectNone': { run: selection.clear, enabled: () => selection.count.value > 0 },
    'data.open': { run: () => data.open(position.focused.value), enabled: some },
    'data.verify': acting({ type: 'verify' }),
    'data.reject': acting({ type: 'reject' }),
    'data.splitTrain': acting({ type: 'set-split', split: 'train' }),
    'data.splitVal': acting({ type: 'set-split', split: 'val' }),
    'data.splitTest': acting({ type: 'set-split', split: 'test' }),
    'data.splitNone': acting({ type: 'set-split', split: null }),
    'data.assign': { run: data.startAssigning, enabled: some },
    'data.delete': acting({ type: 'delete' }),
    'data.clearFilters': { run: data.clear, enabled: data.filtered },
    'data.saveView': data.nameView,
    'data.coverage': turn(data.coverageShown),
    'data.inspector': turn(data.inspectorShown),
    'data.unit': turnUnit,
    'data.larger': resize(tileStep),
    'data.smaller': resize(-tileStep),
    'data.hideLabels': turn(data.overlay.hidden),
    'data.refresh': data.refresh,
  })
}
