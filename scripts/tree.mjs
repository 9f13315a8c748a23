// The repository's root and the files below it, for the other scripts.

import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'

export const root = path.resolve(
  import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
  '..',
)

/**
 * The files below a folder whose names match, relative to `top`, sorted; none where there is no such folder.
 * @param {string} folder
 * @param {RegExp} name
 * @param {string} [top] the repository's root unless told
 * @returns {string[]}
 */
export function filesBelow(folder, name, top = root) {
  if (!existsSync(path.join(top, folder))) return []
  return readdirSync(path.join(top, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const file = path.posix.join(folder, entry.name)
      if (entry.isDirectory()) return filesBelow(file, name, top)
      return name.test(entry.name) ? [file] : []
    })
    .sort()
}

/**
 * A command that npm installed.
 * @param {string} name
 */
export const installed = (name) => path.join(root, 'node_modules', '.bin', name)
