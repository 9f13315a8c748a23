// What is written down is there, and what is there is written down.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(__dirname, '../..')
const load = createRequire(path.join(root, 'package.json'))
const text = (file: string): string => readFileSync(path.join(root, file), 'utf8')

const pages = [
  'README.md',
  'examples/README.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const prose = pages.map(text).join('\n')

function sources(folder: string): string[] {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
  return files.filter((name) => /\.(ts|cc|h)$/.test(name)).map((name) => path.join(folder, name))
}

/** Names of types that an entry exports: `Object.keys` knows only values. */
function exportedTypes(declarations: string): string[] {
  return [...text(declarations).matchAll(/export type \{([^}]*)\}|\btype (\w+)/g)].flatMap(
    ([, list, one]) => (list ?? one ?? '').split(',').map((name) => name.trim()),
  )
}

describe('the docs', () => {
  it.each([
    ['edgeloop', 'dist/index.d.ts'],
    ['edgeloop/sys', 'dist/sys/index.d.ts'],
    ['edgeloop/cluster', 'dist/cluster/index.d.ts'],
    ['edgeloop/framing', 'dist/framing/index.d.ts'],
  ])('name everything that %s exports', (entry, declarations) => {
    const values = Object.keys(load(entry) as object)
    expect(values.length).toBeGreaterThan(3)
    const types = entry === 'edgeloop/sys' ? [] : exportedTypes(declarations).filter(Boolean)
    const missing = [...values, ...types].filter(
      (name) => !new RegExp(`\`[^\`\n]*\\b${name}\\b[^\`\n]*\``).test(prose),
    )
    expect(missing).toEqual([])
  })

  it('have an entry in errors.md for every code of the library', () => {
    const codes = new Set<string>()
    for (const file of [...sources('lib'), ...sources('native')]) {
      for (const [, code = ''] of text(file).matchAll(/['"`](ERR_[A-Z_]*[A-Z])['"`]/g))
        codes.add(code)
    }
    const kinds = [...text('lib/http/refusal.ts').matchAll(/^ {2}([A-Z_]+): \[\d/gm)]
    expect(kinds.length).toBeGreaterThan(10)
    for (const [, kind = ''] of kinds) codes.add(`ERR_HTTP_${kind}`)
    expect(codes.size).toBeGreaterThan(20)

    const entries = [...text('docs/errors.md').matchAll(/^(?:\*\*|\| )`(ERR_\w+)`/gm)]
    expect(entries.map(([, code]) => code).sort()).toEqual([...codes].sort())
  })

  it('have links that lead somewhere', () => {
    const broken: string[] = []
    for (const page of pages) {
      for (const [, target = ''] of text(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue
        const [file = '', anchor] = target.split('#')
        const goal = file === '' ? page : path.join(path.dirname(page), file)
        if (!existsSync(path.join(root, goal))) broken.push(`${page}: ${target}`)
        else if (anchor !== undefined && !anchorsOf(goal).includes(anchor)) {
          broken.push(`${page}: ${target}`)
        }
      }
    }
    expect(broken).toEqual([])
  })

  it('name examples that exist', () => {
    const named = [...prose.matchAll(/\bexamples\/([\w-]+(?:\.mjs)?(?:\/[\w-]+\.mjs)?)/g)]
    expect(named.length).toBeGreaterThan(0)
    for (const [name] of named) expect(existsSync(path.join(root, name)), name).toBe(true)
  })
})

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(page: string): string[] {
  if (statSync(path.join(root, page)).isDirectory()) return []
  return [...text(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
