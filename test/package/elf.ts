// As much of an ELF file (elf(5), little-endian, 64 bits) as says what a binary needs of others.

import { readFileSync } from 'node:fs'

const SHT_DYNAMIC = 6
const SHT_GNU_VERNEED = 0x6ffffffe
const DT_NEEDED = 1

export interface Needs {
  /** Shared libraries, such as 'libc.so.6'. */
  readonly libraries: string[]
  /** Symbol versions, such as 'GLIBC_2.28'. */
  readonly versions: string[]
}

export function needsOf(file: string): Needs {
  const elf = readFileSync(file)
  if (elf.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') throw new Error(`${file} is no ELF64`)
  const sections = sectionsOf(elf)
  const text = (table: number, at: number): string => {
    const strings = sections[table]
    if (strings === undefined) throw new Error('no string table')
    const start = strings.offset + at
    return elf.toString('latin1', start, elf.indexOf(0, start))
  }
  const libraries: string[] = []
  const versions: string[] = []
  for (const { type, offset, size, link } of sections) {
    if (type === SHT_DYNAMIC) {
      for (let at = offset; at < offset + size; at += 16) {
        if (Number(elf.readBigInt64LE(at)) !== DT_NEEDED) continue
        libraries.push(text(link, Number(elf.readBigUInt64LE(at + 8))))
      }
    } else if (type === SHT_GNU_VERNEED) {
      // Elf64_Verneed, each with a chain of Elf64_Vernaux.
      for (let at = offset, next = -1; next !== 0; at += next) {
        next = elf.readUInt32LE(at + 12)
        let aux = at + elf.readUInt32LE(at + 8)
        for (let left = elf.readUInt16LE(at + 2); left > 0; left--) {
          versions.push(text(link, elf.readUInt32LE(aux + 8)))
          aux += elf.readUInt32LE(aux + 12)
        }
      }
    }
  }
  return { libraries, versions }
}

interface Section {
  readonly type: number
  readonly offset: number
  readonly size: number
  readonly link: number
}

function sectionsOf(elf: Buffer): Section[] {
  const start = Number(elf.readBigUInt64LE(40))
  const entrySize = elf.readUInt16LE(58)
  const count = elf.readUInt16LE(60)
  return Array.from({ length: count }, (_, i) => {
    const at = start + i * entrySize
    return {
      type: elf.readUInt32LE(at + 4),
      offset: Number(elf.readBigUInt64LE(at + 24)),
      size: Number(elf.readBigUInt64LE(at + 32)),
      link: elf.readUInt32LE(at + 40),
    }
  })
}
