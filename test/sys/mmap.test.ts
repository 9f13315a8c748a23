import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { close, constants, mmap, munmap, open, pipe2 } from '../../lib/sys'
import { ownDescriptors, temporaryFolder } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

const { MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, O_CREAT, O_RDONLY, O_RDWR } = constants
const BOTH = constants.PROT_READ | constants.PROT_WRITE
const PAGE = Number(execFileSync('getconf', ['PAGESIZE']).toString())

describe('mmap', () => {
  expectNoLeak()
  const own = ownDescriptors()
  const temporary = temporaryFolder()
  let files = 0

  function file(size: number, flags = O_RDWR): { fd: number; name: string } {
    const name = temporary(String(files++))
    fs.writeFileSync(name, Buffer.alloc(size, 'a'))
    return { fd: own(open(name, flags)), name }
  }

  const anonymous = (length: number) => mmap(length, BOTH, MAP_PRIVATE | MAP_ANONYMOUS)

  /** How many mappings of this process name a file. */
  const mapped = (name: string) =>
    fs.readFileSync('/proc/self/maps', 'utf8').split(name + '\n').length - 1

  it('answers the bytes of the file, and writes them back', () => {
    const { fd, name } = file(10)
    const view = mmap(10, BOTH, MAP_SHARED, fd)
    expect(Buffer.from(view).toString()).toBe('aaaaaaaaaa')
    view.set(Buffer.from('xyz'), 2)
    expect(fs.readFileSync(name, 'utf8')).toBe('aaxyzaaaaa')
    fs.writeFileSync(name, 'bbbb', { flag: 'r+' })
    expect(Buffer.from(view).toString()).toBe('bbbbzaaaaa')
    munmap(view)
  })

  it('is shared between two mappings with MAP_SHARED, and not with MAP_PRIVATE', () => {
    const { fd, name } = file(PAGE)
    const [one, two] = [mmap(PAGE, BOTH, MAP_SHARED, fd), mmap(PAGE, BOTH, MAP_SHARED, fd)]
    const apart = mmap(PAGE, BOTH, MAP_PRIVATE, fd)
    one[100] = 7
    expect(two[100]).toBe(7)
    apart[200] = 9
    expect(one[200]).toBe(97)
    expect(fs.readFileSync(name)[200]).toBe(97)
    for (const view of [one, two, apart]) munmap(view)
  })

  it('is shared with another process', () => {
    const { fd, name } = file(PAGE)
    const view = mmap(PAGE, BOTH, MAP_SHARED, fd)
    view[5] = 55
    const script = `import mmap, sys
with open(sys.argv[1], 'r+b') as file:
    memory = mmap.mmap(file.fileno(), 0)
    print(memory[5])
    memory[6] = 66`
    expect(execFileSync('python3', ['-c', script, name]).toString().trim()).toBe('55')
    expect(view[6]).toBe(66)
    munmap(view)
  })

  it('maps from an offset', () => {
    const { fd, name } = file(3 * PAGE)
    const view = mmap(PAGE, BOTH, MAP_SHARED, fd, 2 * PAGE)
    view[0] = 1
    expect(fs.readFileSync(name)[2 * PAGE]).toBe(1)
    expect(view.length).toBe(PAGE)
    munmap(view)
  })

  it('maps a file opened for reading with MAP_PRIVATE: writes go to a copy', () => {
    const { fd, name } = file(10, O_RDONLY)
    const view = mmap(10, BOTH, MAP_PRIVATE, fd)
    view[0] = 1
    expect(fs.readFileSync(name, 'utf8')).toBe('aaaaaaaaaa')
    munmap(view)
    expectSystemError(() => mmap(10, BOTH, MAP_SHARED, fd), 'EACCES', 'mmap')
  })

  it('lives on after the descriptor is closed', () => {
    const name = temporary('closed')
    fs.writeFileSync(name, 'text')
    const fd = open(name, O_RDWR)
    const view = mmap(4, BOTH, MAP_SHARED, fd)
    close(fd)
    expect(Buffer.from(view).toString()).toBe('text')
    munmap(view)
  })

  it('maps fresh memory, all zero', () => {
    const view = anonymous(3 * PAGE + 1)
    expect(view.length).toBe(3 * PAGE + 1)
    expect(view.every((byte) => byte === 0)).toBe(true)
    view.fill(255)
    munmap(view)
  })

  it('maps the last page whole, as the kernel does, and no byte beyond', () => {
    const { fd } = file(PAGE + 1)
    const view = mmap(2 * PAGE, BOTH, MAP_SHARED, fd)
    expect(view[2 * PAGE - 1]).toBe(0)
    munmap(view)
    expectRangeError(() => mmap(2 * PAGE + 1, BOTH, MAP_SHARED, fd), 'length')
    expectRangeError(() => mmap(PAGE + 1, BOTH, MAP_SHARED, fd, PAGE), 'length')
    expectRangeError(() => mmap(1, BOTH, MAP_PRIVATE, fd, 2 * PAGE), 'length')
    expectRangeError(() => mmap(1, BOTH, MAP_PRIVATE, fd, 2 ** 50), 'length')
    const empty = own(open(temporary('empty'), O_RDWR | O_CREAT))
    expectRangeError(() => mmap(1, BOTH, MAP_SHARED, empty), 'length')
  })

  it('refuses protections under which a typed array would kill the process', () => {
    const { fd } = file(PAGE)
    const { PROT_EXEC, PROT_NONE, PROT_READ, PROT_WRITE } = constants
    for (const protection of [
      PROT_NONE,
      PROT_READ,
      PROT_WRITE,
      PROT_READ | PROT_EXEC,
      BOTH | 0x100,
    ]) {
      expectRangeError(() => mmap(PAGE, protection, MAP_SHARED, fd), 'prot')
    }
  })

  it('refuses flags that take an address or grow', () => {
    const { fd } = file(PAGE)
    for (const flag of [
      constants.MAP_FIXED,
      constants.MAP_FIXED_NOREPLACE,
      constants.MAP_GROWSDOWN,
      0x40000, // MAP_HUGETLB
      2 ** 31,
    ]) {
      expectRangeError(() => mmap(PAGE, BOTH, MAP_SHARED | flag, fd), 'flags')
    }
  })

  it('throws what the kernel says', () => {
    const { fd } = file(PAGE)
    const [reader, writer] = pipe2()
    own(reader)
    own(writer)
    expectSystemError(() => mmap(PAGE, BOTH, MAP_SHARED), 'EBADF', 'mmap')
    expectSystemError(() => mmap(PAGE, BOTH, 0, fd), 'EINVAL', 'mmap')
    expectSystemError(() => mmap(1, BOTH, MAP_SHARED, fd, 1), 'EINVAL', 'mmap')
    expect(expectSystemError(() => mmap(1, BOTH, MAP_SHARED, reader), 'EACCES', 'mmap').fd).toBe(
      reader,
    )
    expectSystemError(() => mmap(1, BOTH, MAP_PRIVATE, own(open('/', O_RDONLY))), 'ENODEV', 'mmap')
    const closed = open('/dev/null', O_RDONLY)
    close(closed)
    expectSystemError(() => mmap(1, BOTH, MAP_PRIVATE, closed), 'EBADF', 'mmap')
  })

  it('refuses lengths, offsets and descriptors that are none', () => {
    const { fd } = file(PAGE)
    for (const length of [0, -1, 0.5, NaN, Infinity, 2 ** 53]) {
      expectRangeError(() => mmap(length, BOTH, MAP_SHARED, fd), 'length')
    }
    expectTypeError(() => mmap('1' as never, BOTH, MAP_SHARED, fd), 'length')
    expectRangeError(() => mmap(1, BOTH, MAP_SHARED, fd, -PAGE), 'offset')
    expectRangeError(() => mmap(1, BOTH, MAP_SHARED, -2), 'fd')
    expectTypeError(() => mmap(1, BOTH, MAP_SHARED, {} as never), 'fd')
    expectTypeError(() => mmap(1, null as never, MAP_SHARED, fd), 'prot')
    expectTypeError(() => mmap(1, BOTH, undefined as never, fd), 'flags')
  })

  it('either maps a very large length or refuses it', () => {
    const flags = MAP_PRIVATE | MAP_ANONYMOUS | constants.MAP_NORESERVE
    for (const length of [2 ** 33, 2 ** 52]) {
      let error: unknown
      try {
        munmap(mmap(length, BOTH, flags))
      } catch (thrown) {
        error = thrown
      }
      if (error !== undefined) {
        expect((error as { code: string }).code).toMatch(/^(ERR_OUT_OF_RANGE|ENOMEM)$/)
      }
    }
  })

  it('munmap ends the mapping and detaches every view of it', () => {
    const { fd, name } = file(PAGE)
    const view = mmap(PAGE, BOTH, MAP_SHARED, fd)
    const part = view.subarray(10, 20)
    const words = new Float64Array(view.buffer)
    expect(mapped(name)).toBe(1)
    munmap(view)
    expect(mapped(name)).toBe(0)
    expect([view.length, part.length, words.length, view.buffer.byteLength]).toEqual([0, 0, 0, 0])
    view[0] = 1
    expect(view[0]).toBeUndefined()
  })

  it('munmap a second time throws, and unmaps nothing', () => {
    const view = anonymous(PAGE)
    munmap(view)
    const other = anonymous(PAGE)
    expect(() => {
      munmap(view)
    }).toThrow(expect.objectContaining({ code: 'ERR_INVALID_STATE' }) as Error)
    other[0] = 1
    munmap(other)
  })

  it('munmap takes any array that spans the whole', () => {
    munmap(new Uint8Array(anonymous(PAGE).buffer))
    munmap(Buffer.from(anonymous(PAGE).buffer))
  })

  it('munmap refuses what is not a whole mapping', () => {
    const view = anonymous(2 * PAGE)
    const refused = [
      view.subarray(PAGE),
      view.subarray(0, PAGE),
      new Uint8Array(PAGE),
      Buffer.alloc(10),
      new Uint8Array(0),
    ]
    for (const other of refused) {
      expectRangeError(() => {
        munmap(other)
      }, 'view')
    }
    for (const other of [null, undefined, 5, view.buffer, new Int32Array(view.buffer)]) {
      expectTypeError(() => {
        munmap(other as never)
      }, 'view')
    }
    view[2 * PAGE - 1] = 1
    munmap(view)
  })

  it('follows the memory into another buffer', () => {
    const { fd, name } = file(PAGE)
    const view = mmap(PAGE, BOTH, MAP_SHARED, fd)
    let moved: ArrayBuffer
    try {
      moved = structuredClone(view.buffer, { transfer: [view.buffer] })
    } catch {
      munmap(view) // where the engine does not move such memory at all
      return
    }
    const again = new Uint8Array(moved)
    again[0] = 98
    expect(mapped(name)).toBe(1)
    munmap(view.length === 0 ? again : view)
    expect(mapped(name)).toBe(0)
  })

  it('maps and unmaps the same place again and again', () => {
    for (let round = 0; round < 5000; round++) {
      const view = anonymous(PAGE)
      expect(view[0]).toBe(0)
      view[0] = 1
      munmap(view)
    }
  })
})
