/** What to do with names that begin with a dot. */
export type Dotfiles = 'allow' | 'deny' | 'ignore'

/** The name of a file below the root; empty for the root itself. @internal */
export interface FileTarget {
  readonly name: string
  /** The target ends with a slash: a directory is meant. */
  readonly directory: boolean
}

/**
 * What a path of a request target names below a root. It is decoded once (RFC 3986 section 2.1): what is still
 * encoded then is part of a name.
 *
 * Refused: 400 for what is no UTF-8 in percent-encoding (overlong forms included) and for NUL; 404 for dot
 * segments, which a client has to resolve before it asks, and for slashes and backslashes that were hidden in
 * an encoding; a name with a dot in front as `dotfiles` says.
 *
 * @param path begins with a slash
 * @returns the status of the refusal where there is one
 * @internal
 */
export function fileTarget(path: string, dotfiles: Dotfiles): FileTarget | 400 | 403 | 404 {
  const names: string[] = []
  const parts = path.split('/')
  for (const part of parts) {
    let name: string
    try {
      name = decodeURIComponent(part)
    } catch {
      return 400
    }
    if (name.includes('\0')) return 400
    if (name === '' || name === '.') continue
    if (name === '..' || /[/\\]/.test(name)) return 404
    if (name.startsWith('.') && dotfiles !== 'allow') return dotfiles === 'deny' ? 403 : 404
    names.push(name)
  }
  const last = parts.at(-1) ?? ''
  return { name: names.join('/'), directory: last === '' || last === '.' || /^%2e$/i.test(last) }
}
