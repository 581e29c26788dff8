import type { Component } from 'vue'

/** One entry of UiMenu: a command of the table, an action of its own, or a line between. */
export type MenuEntry =
  | { readonly command: string }
  | {
      readonly title: string
      readonly run: () => void | Promise<void>
      readonly icon?: Component
      readonly disabled?: boolean
      readonly danger?: boolean
      /** A tick before it. */
      readonly checked?: boolean
      readonly hint?: string
    }
  | 'line'
