/** Where a screen teleports what belongs into the top bar: `<Teleport to="#top-bar-title">` (chips beside the breadcrumb) and `#top-bar-actions` (buttons before the search). */
export const topBarTitle = '#top-bar-title'
export const topBarActions = '#top-bar-actions'
