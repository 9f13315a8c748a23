import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { edgeloop } from './program'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

describe('edgeloop', () => {
  it('--version prints the version', () => {
    expect(edgeloop('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' })
  })

  it.each([[], ['--help'], ['-h']])('prints its commands (%s)', (...words) => {
    const { status, stdout, stderr } = edgeloop(...words)
    for (const command of ['echo', 'http', 'bench', 'info']) expect(stdout).toContain(command)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  it.each(['echo', 'http', 'bench', 'info'])('%s --help tells what it takes', (command) => {
    const { status, stdout } = edgeloop(command, '--help')
    expect(stdout).toMatch(new RegExp(`^edgeloop ${command} `))
    expect(status).toBe(0)
  })

  it.each([
    [['nonsense'], "there is no command 'nonsense'"],
    [['--nonsense'], "there is no option '--nonsense'"],
    [['echo', '--nonsense'], "Unknown option '--nonsense'"],
    [['echo', 'nonsense'], 'Unexpected argument'],
    [['echo', '--port'], '--port'],
    [['echo', '--port', 'x'], "not 'x'"],
    [['echo', '--port', '65536'], "not '65536'"],
    [['echo', '--port=-1'], "not '-1'"],
    [['echo', '--backend', 'kqueue'], "not 'kqueue'"],
    [['echo', '--trigger', 'both'], "not 'both'"],
    [['echo', '--backend', 'poll', '--trigger', 'edge'], 'poll has no edge triggering'],
    [['http', '--hello', '--backend', 'select', '--trigger', 'edge'], 'select has no edge'],
    [['echo', '--workers', '0'], "not '0'"],
    [['echo', '--workers', 'x'], "not 'x'"],
    [['echo', '--workers', '1e9'], "not '1e9'"],
    [['http', '--hello', '--workers=-1'], "not '-1'"],
    [['echo', '--workers', '2', '--mode', 'fork'], "not 'fork'"],
    [['echo', '--mode', 'reuse-port'], 'it needs --workers'],
    [['http', '.', '..'], "not '..' too"],
    [['http', 'nowhere'], "there is no directory 'nowhere'"],
    [['http', 'package.json'], "'package.json' is not a directory"],
    [['http', '.', '--hello'], "without '.'"],
    [['http', '--hello', '--listing'], 'without --listing'],
    [['http', '.', '--index', 'a', '--no-index'], 'either'],
    [['http', '.', '--index', 'a/b'], 'Received a/b'],
    [['http', '.', '--dotfiles', 'show'], "not 'show'"],
    [['http', '.', '--cache-control', 'a\nb'], 'Cache-Control'],
    [['http', '.', '--workers', '2', '--index', ''], 'index'],
    [['info', '--nonsense'], "Unknown option '--nonsense'"],
    [['bench', '--nonsense'], "Unknown option '--nonsense'"],
  ])('%j is one line on stderr and exit code 2', (words, complaint) => {
    const { status, stdout, stderr } = edgeloop(...words)
    expect(stderr).toContain(complaint)
    expect(stderr).toMatch(/^edgeloop[^\n]*: [^\n]+\n$/)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  })

  it('an address that is not ours is one line on stderr and exit code 1', () => {
    const { status, stdout, stderr } = edgeloop('echo', '--host', '192.0.2.1', '--port', '0')
    expect(stderr).toMatch(/^edgeloop echo: EADDRNOTAVAIL: [^\n]+\n$/)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })
})

describe('edgeloop info', () => {
  it('tells versions, kernel, backends, features and limits', () => {
    const { status, stdout } = edgeloop('info')
    for (const [name, value] of [
      ['edgeloop', version],
      ['node', process.versions.node],
      ['libuv', process.versions.uv],
      ['arch', process.arch],
    ] as const)
      expect(stdout).toMatch(new RegExp(`^${name} +${value.replaceAll('.', '\\.')}$`, 'm'))
    expect(stdout).toMatch(/^addon +\/.*\.node$/m)
    expect(stdout).toMatch(/^backends +select, poll, epoll \(edge, oneshot, exclusive\)$/m)
    expect(stdout).toMatch(/^EPOLLET +works$/m)
    expect(stdout).toMatch(/^descriptors +\d+ \(soft\), \d+ \(hard\)$/m)
    expect(status).toBe(0)
  })

  it('--json says the same', () => {
    const info = JSON.parse(edgeloop('info', '--json').stdout) as Record<string, unknown>
    expect(info).toMatchObject({
      edgeloop: version,
      node: process.versions.node,
      epoll: { EPOLLET: true, EPOLLONESHOT: true, EPOLLEXCLUSIVE: true },
    })
    expect(info).toHaveProperty('descriptors.soft')
  })
})
