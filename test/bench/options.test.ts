import { describe, expect, it } from 'vitest'
import { parseOptions, UsageError } from '../../bench/options'
import { readCpuTime } from '../../bench/machine'
import { parseCpuList } from '../../bench/run/pinning'
import { parseBanner } from '../../bench/run/server'

describe('the options of bench', () => {
  it('has defaults', () => {
    const options = parseOptions([])
    expect(options).toMatchObject({
      rounds: 3,
      seconds: 0.3,
      json: 'results.json',
      out: 'report.html',
    })
    expect(options.scenarios.length).toBeGreaterThan(4)
    expect(options.contestants.map(({ role }) => role)).toContain('floor')
    expect(parseOptions(['--quick'])).toEqual(options)
  })

  it('chooses scenarios and servers by name', () => {
    const options = parseOptions(['--scenario', 'http,echo', '--server', 'floor, node-net'])
    expect(options.scenarios.map(({ name }) => name)).toEqual(['echo', 'http'])
    expect(options.contestants.map(({ name }) => name)).toEqual(['floor', 'node-net'])
  })

  it('takes what is always there, and no more, into the quick run', () => {
    const { scenarios, contestants, calls } = parseOptions([])
    expect(contestants.every(({ needs }) => needs === undefined)).toBe(true)
    expect(scenarios.map(({ name }) => name)).not.toContain('memory')
    const http = scenarios.filter(({ name }) => name.startsWith('http'))
    expect(http.map(({ name }) => name)).toEqual(['http', 'http-pipelined', 'http-rate'])
    expect(calls).toBe(false)
  })

  it('takes everything into the full run', () => {
    const { scenarios, contestants, ...options } = parseOptions(['--full'])
    expect(options).toMatchObject({ rounds: 5, seconds: 2, calls: true })
    expect(parseOptions(['--full', '--no-calls']).calls).toBe(false)
    const names = ['echo', 'echo-16k', 'echo-idle-5k', 'churn', 'echo-rate', 'memory', 'register']
    expect(scenarios.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
    const references = ['floor', 'libuv-tuned', 'libuv-guide', 'node-net', 'npm-epoll']
    expect(contestants.map(({ name }) => name)).toEqual(expect.arrayContaining(references))
  })

  it('sets libuv in C++ beside a scenario that is asked for by name', () => {
    const { contestants, rounds } = parseOptions(['--scenario', 'churn'])
    expect(contestants.map(({ name }) => name)).toContain('libuv-tuned')
    expect(rounds).toBe(3)
  })

  it('sets the connections of every scenario, and says so in its title', () => {
    const [first] = parseOptions(['--connections', '8']).scenarios
    expect(first).toMatchObject({ connections: 8, title: 'Echo of 64 bytes, 8 connections' })
    const [sockets] = parseOptions(['--connections', '8', '--scenario', 'udp']).scenarios
    expect(sockets?.connections).toBe(8)
    expect(sockets?.title).toContain('8 sockets')
    const own = parseOptions(['--connections', '8', '--scenario', 'memory,register']).scenarios
    expect(own.map(({ connections }) => connections)).toEqual([10_000, 100])
  })

  it('asks for a place to write to only where something will be written', () => {
    expect(parseOptions(['--list', '--out', '/proc/none/report.html']).list).toBe(true)
  })

  it.each([
    [['--fast'], '--fast'],
    [['http'], 'http'],
    [['--rounds'], 'rounds'],
    [['--rounds', '0'], '--rounds must be from 1 to 1000'],
    [['--rounds', '1.5'], 'whole number'],
    [['--rounds', 'many'], 'many'],
    [['--seconds', '0'], '--seconds must be from 0.1 to 600'],
    [['--seconds', 'NaN'], 'NaN'],
    [['--seconds='], '--seconds'],
    [['--connections', '-1'], 'connections'],
    [['--scenario', 'quic'], "there is no 'quic' (there are echo, "],
    [['--server', 'apache'], "there is no 'apache' (there are floor, "],
    [['--quick', '--full'], '--quick and --full exclude each other'],
    [['--calls', '--no-calls'], '--calls and --no-calls exclude each other'],
    [['--rounds', '1001'], '--rounds must be from 1 to 1000'],
    [['--rounds='], "not ''"],
    [['--rounds', '-1'], 'rounds'],
    [['--seconds', '601'], '--seconds must be from 0.1 to 600'],
    [['--scenario'], 'scenario'],
    [['--scenario', ''], "there is no ''"],
    [['--scenario', 'echo,,http'], "there is no ''"],
    [['--server', 'floor,FLOOR'], "there is no 'FLOOR'"],
    [['--server'], 'server'],
    [['--quick=yes'], '--quick'],
    [['--full=no'], '--full'],
    [['--peers=bun'], '--peers'],
    [['--calls=2'], '--calls'],
    [['--list=all'], '--list'],
    [['--out'], 'out'],
    [['--json'], 'json'],
    [['--out', '/proc/none/report.html'], "--out: nothing can be written to '/proc/none'"],
    [['--json', '/proc/none/results.json'], "--json: nothing can be written to '/proc/none'"],
    [['--out', '/'], "--out: '/' is a directory"],
    [['--json', 'x.json', '--out', './x.json'], '--json and --out name the same file'],
    [['--out='], '--out needs the name of a file'],
    [['--json='], '--json needs the name of a file'],
  ])('refuses %j in one line', (words, message) => {
    const attempt = () => parseOptions(words)
    expect(attempt).toThrow(UsageError)
    expect(attempt).toThrow(message)
    try {
      attempt()
    } catch (error) {
      expect(String(error)).not.toContain('\n')
    }
  })
})

describe('what the runner reads', () => {
  it.each([
    ['listening on tcp://127.0.0.1:4000 (epoll, edge)', '127.0.0.1:4000', '(epoll, edge)'],
    ['listening on http://127.0.0.1:80', '127.0.0.1:80', ''],
    ['listening on http://[::1]:8080/ (poll)', '[::1]:8080', '(poll)'],
  ])('a banner: %s', (line, target, about) => {
    expect(parseBanner(line)).toEqual({ target, about })
  })

  it('a banner that names the process at work', () => {
    const banner = parseBanner('listening on http://127.0.0.1:80 pid 71 (nginx/1.22.1)')
    expect(banner).toEqual({ target: '127.0.0.1:80', pid: 71, about: '(nginx/1.22.1)' })
  })

  it.each(['', 'hello', 'listening on tcp://10.0.0.1:80', 'listening on tcp://127.0.0.1'])(
    'no banner: "%s"',
    (line) => {
      expect(parseBanner(line)).toBeUndefined()
    },
  )

  it.each([
    ['0-3', [0, 1, 2, 3]],
    ['1,4-5', [1, 4, 5]],
    ['7', [7]],
    ['', []],
  ])('the cores "%s"', (text, cores) => {
    expect(parseCpuList(text)).toEqual(cores)
  })

  it('CPU time: stolen, at work, and its own', () => {
    const self = '12 (no (de)) S 1 2 3 4 5 6 7 8 9 10 1000 200 30 4 20'
    const time = readCpuTime('cpu  10 0 20 60 1 2 3 4 5 0\ncpu0 1 2', self)
    expect(time).toEqual({ steal: 4, total: 100, busy: 35, own: 1234 })
    expect(readCpuTime('', '')).toEqual({ steal: 0, total: 0, busy: 0, own: 0 })
  })
})
