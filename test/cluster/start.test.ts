import { describe, expect, it } from 'vitest'
import type { ClusterOptions } from '../../lib/cluster'
import { built, holdings, modes, start, worker } from './scene'

const failing = async (name: string, options: ClusterOptions = {}): Promise<unknown> => {
  try {
    await start({ workers: 3, ...options }, name)
  } catch (error) {
    return error
  }
  throw new Error('it started')
}

describe.each(modes)('starting a cluster in %s mode', (mode) => {
  it.each([
    ['throws', 'throws.mjs', { name: 'RangeError', message: 'no configuration', code: 'E_CONFIG' }],
    ['ends before it listens', 'ends.mjs', { code: 'ERR_CLUSTER_START' }],
    ['never listens', 'silent.mjs', { code: 'ERR_CLUSTER_START' }],
    ['does not exist', 'nowhere.mjs', { code: 'ERR_MODULE_NOT_FOUND' }],
  ])('fails where its module %s, and leaves nothing', async (_, name, expected) => {
    const options = { mode, startTimeout: name === 'silent.mjs' ? 300 : 20_000 }
    // What the first time opens for good is no leak.
    await failing(name, options)
    const before = holdings()
    expect(await failing(name, options)).toMatchObject(expected)
    expect(holdings()).toEqual(before)
  })

  it('fails where workerData cannot be cloned, and leaves nothing', async () => {
    const options = { mode, workerData: () => undefined }
    await failing('server.mjs', options)
    const before = holdings()
    expect(await failing('server.mjs', options)).toMatchObject({ name: 'DataCloneError' })
    expect(holdings()).toEqual(before)
  })

  it('fails where the name cannot be found', async () => {
    const error = await failing('server.mjs', { mode, hostname: 'nowhere.invalid' })
    expect(error).toMatchObject({ syscall: 'getaddrinfo' })
  })

  it('fails where the address is not ours', async () => {
    const error = await failing('server.mjs', { mode, hostname: '192.0.2.1' })
    expect(error).toMatchObject({ code: 'EADDRNOTAVAIL', syscall: 'bind', address: '192.0.2.1' })
  })
})

describe('startCluster', () => {
  it.each([
    [{ workers: 0 }, 'ERR_OUT_OF_RANGE'],
    [{ workers: -1 }, 'ERR_OUT_OF_RANGE'],
    [{ workers: 1.5 }, 'ERR_OUT_OF_RANGE'],
    [{ workers: NaN }, 'ERR_OUT_OF_RANGE'],
    [{ workers: 1e9 }, 'ERR_OUT_OF_RANGE'],
    [{ workers: '2' }, 'ERR_INVALID_ARG_TYPE'],
    [{ workers: null }, 'ERR_INVALID_ARG_TYPE'],
    [{ mode: 'fork' }, 'ERR_OUT_OF_RANGE'],
    [{ mode: null }, 'ERR_OUT_OF_RANGE'],
    [{ backend: 'kqueue' }, 'ERR_OUT_OF_RANGE'],
    [{ backend: 1 }, 'ERR_INVALID_ARG_TYPE'],
    [{ port: 65536 }, 'ERR_OUT_OF_RANGE'],
    [{ port: '80' }, 'ERR_INVALID_ARG_TYPE'],
    [{ hostname: 1 }, 'ERR_INVALID_ARG_TYPE'],
    [{ path: 1 }, 'ERR_INVALID_ARG_TYPE'],
    [{ backlog: -1, mode: 'shared-listener' }, 'ERR_OUT_OF_RANGE'],
    [{ backlog: -1 }, 'ERR_OUT_OF_RANGE'],
    [{ startTimeout: 0 }, 'ERR_OUT_OF_RANGE'],
    [{ restart: null }, 'ERR_INVALID_ARG_TYPE'],
    [{ restart: { limit: -1 } }, 'ERR_OUT_OF_RANGE'],
    [{ restart: { within: 0 } }, 'ERR_OUT_OF_RANGE'],
    [{ restart: { delay: '1' } }, 'ERR_INVALID_ARG_TYPE'],
    [{ restart: { maxDelay: NaN } }, 'ERR_OUT_OF_RANGE'],
    [null, 'ERR_INVALID_ARG_TYPE'],
    ['2', 'ERR_INVALID_ARG_TYPE'],
  ])('refuses %j before anything is started (%s)', async (options, code) => {
    const before = holdings()
    // @ts-expect-error what the types forbid
    const promise = built.startCluster(worker('server.mjs'), options)
    await expect(promise).rejects.toMatchObject({ code })
    expect(holdings()).toEqual(before)
  })

  it.each([undefined, null, 1, {}, ['a']])('refuses %j as a module', async (module) => {
    // @ts-expect-error what the types forbid
    const promise = built.startCluster(module)
    await expect(promise).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  })
})

describe('outside of a cluster', () => {
  it('workerListen and workerServe say so', () => {
    const expected = expect.objectContaining({ code: 'ERR_CLUSTER_NO_WORKER' }) as Error
    expect(() => built.workerListen({ socket: {} })).toThrow(expected)
    expect(() => built.workerServe({ handler: () => undefined })).toThrow(expected)
  })

  it('nothing is ever closing', () => {
    expect(built.workerClosing.aborted).toBe(false)
  })
})
