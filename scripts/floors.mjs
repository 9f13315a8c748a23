// The floors of the house: in lib/ dependency-cruiser watches them (.dependency-cruiser.cjs), in native/
// the few lines below do. `node scripts/floors.mjs [DIRECTORY]`; the repository unless told.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { filesBelow, installed, root } from './tree.mjs'

/**
 * From the ground up; rooms of one floor do not know each other. What stands at native/ itself
 * (addon.cc) is the roof.
 */
const floors = [['sys'], ['multiplexer'], ['reactor'], ['stream', 'datagram'], ['http']]

/**
 * The floor of a file of native/ or of an include, counted from 0; the roof for a file in no folder,
 * -1 for a folder that is no floor.
 * @param {string} file relative to native/
 */
function floorOf(file) {
  const [folder, ...rest] = file.split('/')
  if (rest.length === 0) return floors.length
  return floors.findIndex((rooms) => rooms.includes(folder ?? ''))
}

/**
 * Whether two files stand on one floor in different rooms.
 * @param {string} one
 * @param {string} other
 */
function neighbours(one, other) {
  return floorOf(one) === floorOf(other) && one.split('/')[0] !== other.split('/')[0]
}

/**
 * The `#include "…"` lines of a file.
 * @param {string} file
 * @returns {string[]}
 */
function includes(file) {
  return [...readFileSync(file, 'utf8').matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)].map(
    ([, name]) => name ?? '',
  )
}

/**
 * @param {string} top
 * @returns {string[]} what is wrong, one line each
 */
function nativeViolations(top) {
  const complaints = []
  /** @type {Map<string, string[]>} */
  const graph = new Map()
  for (const file of filesBelow('native', /\.(cc|h)$/, top)) {
    const own = path.posix.relative('native', file)
    const names = includes(path.join(top, file))
    graph.set(own, names)
    if (floorOf(own) < 0)
      complaints.push(`${file}: its folder is none of ${floors.flat().join(', ')}`)
    for (const name of names) {
      if (name.startsWith('.')) complaints.push(`${file}: "${name}" is to be named from native/ on`)
      else if (floorOf(name) < 0) complaints.push(`${file}: "${name}" stands on no floor`)
      else if (floorOf(name) > floorOf(own)) complaints.push(`${file}: includes "${name}", upwards`)
      else if (floorOf(own) < floors.length && neighbours(own, name))
        complaints.push(`${file}: includes "${name}", next door`)
    }
  }
  for (const file of filesBelow('bench', /\.(cc|h)$/, top)) {
    for (const name of includes(path.join(top, file))) {
      if (existsSync(path.join(top, 'native', name)) || name.includes('native/'))
        complaints.push(
          `${file}: includes "${name}"; what measures shares nothing with what is measured`,
        )
    }
  }
  return [...complaints, ...circles(graph)]
}

/**
 * @param {Map<string, string[]>} graph
 * @returns {string[]}
 */
function circles(graph) {
  /** @type {string[]} */
  const found = []
  /** @type {Set<string>} */
  const done = new Set()
  /** @type {(file: string, trail: string[]) => void} */
  const visit = (file, trail) => {
    if (trail.includes(file)) {
      found.push(`native: ${[...trail.slice(trail.indexOf(file)), file].join(' -> ')}, a circle`)
      return
    }
    if (done.has(file)) return
    for (const name of graph.get(file) ?? []) visit(name, [...trail, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return found
}

const top = path.resolve(process.argv[2] ?? root)
const complaints = nativeViolations(top)
for (const complaint of complaints) console.error(complaint)

const folders = ['lib', 'bench', 'test', 'examples'].filter((folder) =>
  existsSync(path.join(top, folder)),
)
const config = path.join(root, '.dependency-cruiser.cjs')
const { status } = spawnSync(
  process.execPath,
  [installed('depcruise'), ...folders, '--config', config],
  { cwd: top, stdio: 'inherit' },
)
process.exitCode = complaints.length > 0 || status !== 0 ? 1 : 0
