;(function () {
  let chosen = 'system'
  try {
    chosen = JSON.parse(localStorage.getItem('mend/appearance/theme') ?? '"system"')
  } catch {
    // Storage is switched off or holds something else: the system's theme it is.
  }
  const light = chosen === 'light' || (chosen !== 'dark' && matchMedia('(prefers-color-scheme: light)').matches)
  document.documentElement.dataset.theme = light ? 'light' : 'dark'
})()
