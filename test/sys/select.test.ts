import { performance } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import { close, dup, open, pipe2, constants, select, write } from '../../lib/sys'
import { ownDescriptors } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

const nothing = { read: [], write: [], except: [] }

/** Class and code of the error that a call throws. */
function codeOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `${error.name} ${String(error.code)}`
    throw error
  }
  return 'nothing was thrown'
}

describe('select', () => {
  expectNoLeak()
  const own = ownDescriptors()

  function pipe(content = ''): [readEnd: number, writeEnd: number] {
    const [readEnd, writeEnd] = pipe2()
    if (content !== '') write(writeEnd, Buffer.from(content))
    return [own(readEnd), own(writeEnd)]
  }

  it('answers which descriptors are ready in each of the three sets', () => {
    const [readEnd, writeEnd] = pipe('x')
    const [quiet] = pipe()
    expect(select([quiet, readEnd], [writeEnd], [readEnd], 0)).toEqual({
      read: [readEnd],
      write: [writeEnd],
      except: [],
    })
  })

  it('takes arrays, sets, typed arrays and generators', () => {
    const [readEnd, writeEnd] = pipe('x')
    const generator = function* () {
      yield readEnd
    }
    for (const read of [[readEnd], new Set([readEnd]), new Int32Array([readEnd]), generator()]) {
      expect(select(read, new Set([writeEnd]), [], 0)).toEqual({
        read: [readEnd],
        write: [writeEnd],
        except: [],
      })
    }
  })

  it('takes nothing for an empty set', () => {
    expect(select(null, undefined, [], 0)).toEqual(nothing)
    expect(select([], [], [], 0)).toEqual(nothing)
  })

  it('answers a descriptor given twice once, in the order given', () => {
    const [first] = pipe('x')
    const [second] = pipe('x')
    const { read } = select([second, first, second, first, first], [], [], 0)
    expect(read).toEqual([second, first])
  })

  it('answers a descriptor in each set that it stands in', () => {
    const file = own(open(__filename, constants.O_RDONLY))
    expect(select([file], [file], [file], 0)).toMatchObject({ read: [file], write: [file] })
  })

  it.each([0.4, 12.5])('waits %d ms and not less', (ms) => {
    const [readEnd] = pipe()
    const start = performance.now()
    expect(select([readEnd], [], [], ms)).toEqual(nothing)
    expect(performance.now() - start).toBeGreaterThanOrEqual(ms)
  })

  it('waits with nothing to watch', () => {
    const start = performance.now()
    expect(select([], [], [], 11)).toEqual(nothing)
    expect(performance.now() - start).toBeGreaterThanOrEqual(11)
  })

  it('answers at once what is ready, however long it might wait', () => {
    const [readEnd] = pipe('x')
    for (const timeout of [undefined, null, -1, Infinity, Number.MAX_VALUE]) {
      expect(select([readEnd], [], [], timeout).read).toEqual([readEnd])
    }
  })

  it('refuses descriptors from 1024 on, in any of the sets', () => {
    for (const fd of [1024, 1025, 65_536, 2 ** 31 - 1]) {
      for (const sets of [[[fd]], [[], [fd]], [[], [], [fd]]]) {
        const [read, write, except] = sets
        expect(codeOf(() => select(read, write, except, 0))).toBe('RangeError ERR_FD_SETSIZE')
      }
    }
  })

  it('fails with EBADF where one is not open', () => {
    const [readEnd] = pipe('x')
    const closed = dup(readEnd)
    close(closed)
    expectSystemError(() => select([readEnd, closed], [], [], 0), 'EBADF', 'select')
  })

  it('refuses what is no descriptor', () => {
    for (const fd of [-1, 0.5, NaN, Infinity, 2 ** 31]) {
      expectRangeError(() => select([0, fd], [], [], 0), 'read[1]')
      expectRangeError(() => select([], [fd], [], 0), 'write[0]')
      expectRangeError(() => select([], [], [fd], 0), 'except[0]')
    }
    for (const fd of ['0', null, undefined, {}, 1n, [0]]) {
      expectTypeError(() => Reflect.apply(select, null, [[fd], [], [], 0]) as unknown, 'read[0]')
    }
  })

  it('refuses what is no iterable', () => {
    for (const set of [1, true, 1n, Symbol('s'), {}, '12']) {
      expectTypeError(() => Reflect.apply(select, null, [[], set, [], 0]) as unknown, 'write')
    }
  })

  it('lets an exception of an iterable through', () => {
    const broken = {
      *[Symbol.iterator](): Generator<number> {
        yield 0
        throw new Error('no more')
      },
    }
    expect(() => select(broken, [], [], 0)).toThrow('no more')
  })

  it('refuses a timeout that is none', () => {
    for (const timeout of [NaN, -2, -0.5, -Infinity]) {
      expectRangeError(() => select([], [], [], timeout), 'timeout')
    }
    for (const timeout of ['1', true, 1n, {}]) {
      expectTypeError(
        () => Reflect.apply(select, null, [[], [], [], timeout]) as unknown,
        'timeout',
      )
    }
  })
})
