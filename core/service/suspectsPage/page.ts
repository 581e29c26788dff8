import { createHash } from 'node:crypto'
import { escapeText } from './escape.ts'
import { script } from './script.ts'
import { style } from './style.ts'

export interface PageArticle {
  readonly task: string
  readonly html: string
}

/**
 * The whole page as one string: no address outside it, and a content security policy that allows this very script, inline
 * style and data images only, so that nothing in a dataset's names can run or call home. `articles` in the order shown.
 */
export function suspectsPage(title: string, articles: readonly PageArticle[]): string {
  const counts = new Map<string, number>()
  for (const { task } of articles) counts.set(task, (counts.get(task) ?? 0) + 1)
  const tab = (task: string, name: string, count: number, pressed: boolean): string =>
    `<button type="button" data-task="${escapeText(task)}" aria-pressed="${pressed}">${escapeText(name)} <span class="faint num">${count}</span></button>`
  const tabs = [
    tab('', 'All', articles.length, true),
    ...(counts.size > 1 ? Array.from(counts, ([task, count]) => tab(task, task, count, false)) : []),
  ]
  const body = articles.map(({ html }) => html).join('\n')
  const pageKey = createHash('sha256').update(body).digest('hex').slice(0, 16)
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en" data-page="${pageKey}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style>${style}</style>
</head>
<body>
<header class="top"><h1 title="${escapeText(title)}">${escapeText(title)}</h1><nav class="tasks" aria-label="Tasks">${tabs.join('')}</nav><span class="grow"></span><span id="status" class="num faint" role="status"></span><input type="search" placeholder="Find  /" aria-label="Find in names and reasons"><button type="button" id="save">Save decisions</button><button type="button" id="theme">Theme <kbd>T</kbd></button></header>
<div class="work"><ol class="queue" aria-label="Suspects, worst first"></ol><main>
${articles.length === 0 ? '<p class="empty">No suspects.</p>' : body}
</main></div>
<script>${script}</script>
</body>
</html>
`
}
