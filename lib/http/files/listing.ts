import { type Dirent, lstatSync, readdirSync } from 'node:fs'
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
<style>
body { font: 1rem/1.6 system-ui, sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem }
h1, li { overflow-wrap: anywhere }
ul { list-style: none; padding: 0 }
li { display: flex; gap: 1rem; justify-content: space-between; padding: 0.35rem 0 }
li a { flex: 1 }
small { white-space: nowrap }
</style>
<h1>${escapeHtml(title)}</h1>
${body}
</html>
`
}

/** A link that is its own text. @internal */
export function linkTo(target: string): string {
  return `<p><a href="${escapeHtml(target)}">${escapeHtml(target)}</a></p>`
}

/** Beyond it a listing is of names alone: to ask for the sizes takes a call each. */
const MOST_SIZES = 1000

const byName = new Intl.Collator('en', { numeric: true })

/**
 * What lies in a directory, directories first. A name that no request can ask for has no link: one that is no UTF-8 or
 * has a backslash, a device, a FIFO and a socket.
 *
 * @param fd the open directory: what is listed is what was opened, whatever its name means by now
 * @param path the request's path, decoded
 * @internal
 */
export function listingPage(fd: number, path: string, dotfiles: Dotfiles): string {
  const directory = `/proc/self/fd/${String(fd)}`
  const entries = readdirSync(directory, { withFileTypes: true })
    .filter(({ name }) => dotfiles === 'allow' || !name.startsWith('.'))
    .sort((a, b) => {
      const kinds = Number(b.isDirectory()) - Number(a.isDirectory())
      return kinds !== 0 ? kinds : byName.compare(a.name, b.name)
    })
  const sized = entries.length <= MOST_SIZES
  const items = entries.map((entry) => {
    const linked = canBeAskedFor(entry)
    const size = sized && linked && entry.isFile() ? sizeOf(`${directory}/${entry.name}`) : ''
    return item(entry.isDirectory() ? `${entry.name}/` : entry.name, size, linked)
  })
  if (path !== '/') items.unshift(item('../', ''))
  return page(`Index of ${path}`, `<ul>\n${items.join('\n')}\n</ul>`)
}

function canBeAskedFor(entry: Dirent): boolean {
  // What is no UTF-8 has come as U+FFFD.
  if (/[\\\ufffd]/.test(entry.name)) return false
  return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink()
}

function item(name: string, size: string, linked = true): string {
  // The dot in front keeps a name with a colon in it from being taken for a scheme.
  const target = `./${name.split('/').map(encodeURIComponent).join('/')}`
  const text = escapeHtml(name)
  const shown = linked ? `<a href="${escapeHtml(target)}">${text}</a>` : `<span>${text}</span>`
  return `<li>${shown}${size === '' ? '' : ` <small>${size}</small>`}</li>`
}

/** As people read it; empty where it can't be told: gone meanwhile, or in a directory that may only be read. */
function sizeOf(path: string): string {
  let size: number
  try {
    size = lstatSync(path).size
  } catch {
    return ''
  }
  const power = Math.min(Math.floor(Math.log2(size || 1) / 10), 4)
  if (power === 0) return `${String(size)} B`
  const value = size / 1024 ** power
  return `${value.toFixed(value < 10 ? 1 : 0)} ${'KMGT'.charAt(power - 1)}iB`
}
