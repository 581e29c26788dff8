/**
 * The page's behaviour, in plain JavaScript: a queue beside one large entry, filters, keys, and decisions that stay in
 * the browser until they are saved as the file that `mend decide` reads. Without scripts all entries stand below each other.
 */
export const script = `'use strict'
const root = document.documentElement
root.classList.add('js')
const articles = [...document.querySelectorAll('article')]
const queue = document.querySelector('.queue')
const search = document.querySelector('input[type=search]')
const status = document.querySelector('#status')
const key = 'mend-decisions-' + root.dataset.page
let store = {}
try { store = JSON.parse(localStorage.getItem(key) || '{}') || {} } catch { store = {} }
try { if (localStorage.getItem('mend-theme') === 'light') root.dataset.theme = 'light' } catch {}
const marks = { keep: '✓ keep', reject: '✕ reject', 'accept-prediction': '→ model', skip: '· skip' }
let task = '', shown = articles, current = null
const items = articles.map((article) => {
  const item = document.createElement('li')
  const button = document.createElement('button')
  const thumb = document.createElement('img')
  const source = article.querySelector('img')
  if (source) thumb.src = source.src
  thumb.alt = ''
  const text = document.createElement('span')
  const title = document.createElement('b')
  title.textContent = article.dataset.short
  const small = document.createElement('small')
  small.textContent = '#' + article.dataset.rank + ' · ' + article.dataset.image
  text.append(title, small)
  const mark = document.createElement('span')
  mark.className = 'mark'
  button.append(thumb, text, mark)
  button.addEventListener('click', () => select(article))
  item.append(button)
  queue.append(item)
  return { item, button, mark }
})
function paint() {
  articles.forEach((article, i) => {
    const decision = store[article.dataset.label]
    items[i].mark.textContent = marks[decision] || article.dataset.score
    items[i].mark.classList.toggle('decided', decision in marks)
    for (const button of article.querySelectorAll('[data-decision]'))
      button.setAttribute('aria-pressed', String(button.dataset.decision === decision))
  })
  const decided = articles.filter((article) => store[article.dataset.label]).length
  const place = shown.indexOf(current)
  status.textContent = shown.length === 0 ? 'nothing matches' : place + 1 + ' of ' + shown.length + ' · ' + decided + ' decided'
}
function select(article) {
  if (current) { current.classList.remove('current'); items[articles.indexOf(current)].button.removeAttribute('aria-current') }
  current = article
  if (article) {
    article.classList.add('current')
    const { button } = items[articles.indexOf(article)]
    button.setAttribute('aria-current', 'true')
    button.scrollIntoView({ block: 'nearest' })
    document.querySelector('main').scrollTop = 0
    history.replaceState(null, '', '#' + article.id)
  }
  paint()
}
function step(by) {
  const place = shown.indexOf(current) + by
  if (place >= 0 && place < shown.length) select(shown[place])
}
function filter() {
  const wanted = search.value.trim().toLowerCase()
  shown = articles.filter((article, i) => {
    const fits = (task === '' || article.dataset.task === task) && article.dataset.find.toLowerCase().includes(wanted)
    items[i].item.hidden = !fits
    return fits
  })
  select(shown.includes(current) ? current : shown[0] || null)
}
function decide(decision) {
  if (!current) return
  const label = current.dataset.label
  if (store[label] === decision) delete store[label]
  else store[label] = decision
  try { localStorage.setItem(key, JSON.stringify(store)) } catch {}
  if (store[label] && shown.indexOf(current) < shown.length - 1) step(1)
  else paint()
}
function save() {
  const lines = Object.entries(store).map(([label, decision]) => label + ',' + decision + ',')
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob(['label,decision,reason\\n' + lines.join('\\n') + '\\n'], { type: 'text/csv' }))
  link.download = 'decisions.csv'
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}
function bare(on) { root.classList.toggle('bare', on) }
function theme() {
  const light = root.dataset.theme !== 'light'
  if (light) root.dataset.theme = 'light'
  else delete root.dataset.theme
  try { localStorage.setItem('mend-theme', light ? 'light' : 'dark') } catch {}
}
for (const button of document.querySelectorAll('.tasks button'))
  button.addEventListener('click', () => {
    task = button.dataset.task
    for (const other of document.querySelectorAll('.tasks button')) other.setAttribute('aria-pressed', String(other === button))
    filter()
  })
for (const button of document.querySelectorAll('[data-decision]')) button.addEventListener('click', () => decide(button.dataset.decision))
document.querySelector('#save').addEventListener('click', save)
document.querySelector('#theme').addEventListener('click', theme)
search.addEventListener('input', filter)
const keys = { j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1), v: () => decide('keep'), r: () => decide('reject'), a: () => decide('accept-prediction'), s: () => decide('skip'), t: theme }
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.target === search) { if (event.key === 'Escape') search.blur(); return }
  if (event.key === '/') { event.preventDefault(); search.focus(); return }
  if (event.key === 'o') { bare(true); return }
  const action = keys[event.key]
  if (action) { event.preventDefault(); action() }
})
addEventListener('keyup', (event) => { if (event.key === 'o') bare(false) })
addEventListener('blur', () => bare(false))
current = articles.find((article) => '#' + article.id === location.hash) || null
filter()
if (current) select(current)
`
