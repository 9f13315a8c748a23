import { readdirSync } from 'node:fs'
import type { Dotfiles } from './target'

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML. @internal */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}

/** A page of HTML that loads nothing and runs nothing. @internal */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>body { font: 1rem/1.6 system-ui, sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem }</style>
<h1>${escapeHtml(title)}</h1>
${body}
</html>
`
}

/**
 * What lies in a directory, directories first.
 *
 * @param fd the open directory: what is listed is what was opened, whatever its name means by now
 * @param path the request's path, decoded
 * @internal
 */
export function listingPage(fd: number, path: string, dotfiles: Dotfiles): string {
  const entries = readdirSync(`/proc/self/fd/${String(fd)}`, { withFileTypes: true })
    .filter(({ name }) => dotfiles === 'allow' || !name.startsWith('.'))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort((a, b) => {
      const kinds = Number(b.endsWith('/')) - Number(a.endsWith('/'))
      return kinds !== 0 ? kinds : a < b ? -1 : 1
    })
  if (path !== '/') entries.unshift('../')
  const items = entries.map((name) => {
    // The dot in front keeps a name with a colon in it from being taken for a scheme.
    const target = `./${name.split('/').map(encodeURIComponent).join('/')}`
    return `<li><a href="${escapeHtml(target)}">${escapeHtml(name)}</a></li>`
  })
  return page(`Index of ${path}`, `<ul>\n${items.join('\n')}\n</ul>`)
}
