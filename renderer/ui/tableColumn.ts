/** One column of UiTable. */
export interface TableColumn<Row> {
  readonly id: string
  readonly title: string
  /** What stands in a cell unless the slot `cell-ID` draws it. */
  readonly text?: (row: Row) => string
  /** Numbers are aligned right in tabular figures. */
  readonly numeric?: boolean
  /** CSS width. */
  readonly width?: string
  /** Makes the column sortable by this value. */
  readonly sortBy?: (row: Row) => string | number
}
