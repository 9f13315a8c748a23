// Every member of what the package exports, its options included, stands in the docs.

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = path.resolve(__dirname, '../..')
const dist = path.join(root, 'dist')

const pages = readdirSync(path.join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(path.join(root, 'docs', name), 'utf8'))

/** The code of a page: what stands between backquotes, and its examples. */
const code = pages.map((page) => page.match(/```.*?```|`[^`\n]*`/gs)?.join('\n') ?? '')

const within = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(text)

const entries = ['index', 'cluster/index', 'framing/index']
const program = ts.createProgram(
  entries.map((entry) => path.join(dist, `${entry}.d.ts`)),
  {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    types: ['node'],
    typeRoots: [path.join(root, 'node_modules/@types')],
  },
)
const checker = program.getTypeChecker()

/** Ours, and meant for everybody. */
function isPublic(member: ts.Symbol): boolean {
  const declaration = member.declarations?.[0]
  if (declaration === undefined) return false
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected
  return (
    declaration.getSourceFile().fileName.startsWith(dist) &&
    (ts.getCombinedModifierFlags(declaration) & hidden) === 0 &&
    /^[a-z]/i.test(member.name) &&
    !ts.getJSDocTags(declaration).some((tag) => tag.tagName.text === 'internal')
  )
}

interface Member {
  readonly name: string
  readonly type: string
  /** Types that inherit it have it in common. */
  readonly declaration: ts.Declaration | undefined
}

function membersOf(entry: string): Member[] {
  const file = program.getSourceFile(path.join(dist, `${entry}.d.ts`))
  const symbol = file === undefined ? undefined : checker.getSymbolAtLocation(file)
  if (symbol === undefined) throw new Error(`${entry} is not there`)
  return checker.getExportsOfModule(symbol).flatMap((exported) => {
    const alias = (exported.flags & ts.SymbolFlags.Alias) !== 0
    const target = alias ? checker.getAliasedSymbol(exported) : exported
    const types = ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias
    if ((target.flags & types) === 0) return []
    const members = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(target))
    return members.filter(isPublic).map(({ name, declarations }) => ({
      name,
      type: exported.name,
      declaration: declarations?.[0],
    }))
  })
}

const members = entries.flatMap(membersOf)

/** The types that a page may tell of a member under. */
const typesWith = (declaration: ts.Declaration | undefined): string[] =>
  members.filter((member) => member.declaration === declaration).map(({ type }) => type)

describe('the docs', () => {
  it('name every member of what the package exports, on a page that names a type it belongs to', () => {
    expect(members.length).toBeGreaterThan(200)
    const missing = members.filter(({ name, declaration }) => {
      const types = typesWith(declaration)
      return !code.some((text) => within(text, name) && types.some((type) => within(text, type)))
    })
    expect(missing.map(({ name, type }) => `${type}.${name}`)).toEqual([])
  })
})
