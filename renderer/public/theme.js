;(function () {
  let chosen = 'dark'
  try {
    chosen = JSON.parse(localStorage.getItem('mend/appearance/theme') ?? '"dark"')
  } catch {
    // Storage is switched off or holds something else: the theme of who chose none.
  }
  const light = chosen === 'light' || (chosen === 'system' && matchMedia('(prefers-color-scheme: light)').matches)
  document.documentElement.dataset.theme = light ? 'light' : 'dark'
})()
