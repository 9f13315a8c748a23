import { readFileSync } from 'node:fs'
import path from 'node:path'

/** The version in package.json. */
export function packageVersion(): string {
  const file = path.join(__dirname, '..', '..', 'package.json')
  const description = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return description.version
}
