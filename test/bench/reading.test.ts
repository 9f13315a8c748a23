import { describe, expect, it } from 'vitest'
import { summarizeModel } from '../../bench/figures/models'
import { readAll, readFailures, readScenario } from '../../bench/figures/reading'
import { printed } from '../../bench/output/table'
import type { Row, ScenarioResult } from '../../bench/results'
import { load, memoryRow, result, results, row } from './made-up'

const read = (...all: [ScenarioResult, ...ScenarioResult[]]) =>
  readScenario(all.at(-1) ?? all[0], results(...all)).join('\n')

describe('the reading of a scenario', () => {
  it('names the cheapest, with its ratios', () => {
    const text = read(
      result(
        {},
        row('floor', 5, 5),
        row('node-net', 8, 8.1),
        row('poll', 7, 7),
        row('epoll-edge', 5.5, 5.5),
      ),
    )
    expect(text).toContain('Cheapest here is epoll-edge: 5.50 µs of CPU per message, 1.10 times')
    expect(text).toContain('node-net pays 8.05 µs for the same message: 46% more.')
  })

  it('names those that the noise does not tell apart from it', () => {
    const text = read(
      result({}, row('select', 5, 5.4), row('poll', 5.2, 5.5), row('epoll-edge', 9)),
    )
    expect(text).toContain('poll lies within the noise of it.')
  })

  it('names others that are ahead of it, and claims to be cheapest only where nobody is', () => {
    const nginx: Row = { ...row('nginx', 4, 4), role: 'peer' }
    const text = read(result({}, row('floor', 3, 3), nginx, row('poll', 6, 6)))
    expect(text).toContain('Cheapest of the edgeloop servers is poll')
    expect(text).toContain('Ahead of it: nginx (4.00 µs).')
    const near = (...rounds: number[]): Row => ({ ...row('nginx', ...rounds), role: 'peer' })
    const dearer = read(result({}, near(5.9, 6.2), row('poll', 6, 6)))
    expect(dearer).toContain('Cheapest here is poll: 6.00 µs of CPU per message. nginx lies within')
    const cheaper = read(result({}, near(5.8, 6.1), row('poll', 6, 6)))
    expect(cheaper).toContain('Cheapest of the edgeloop servers is poll: 6.00 µs of CPU')
    expect(cheaper).not.toContain('Ahead of it')
  })

  it('says so where libuv is ahead', () => {
    const text = read(result({}, row('node-net', 8, 8.1), row('poll', 10, 10.1)))
    expect(text).toContain("libuv's default loop is ahead, by 20%")
  })

  it('claims no difference that the rounds do not prove', () => {
    const text = read(result({}, row('node-net', 8, 10), row('poll', 7, 9)))
    expect(text).toContain('no difference that these rounds could prove')
  })

  it('says where the load generator was the limit', () => {
    const busy = load(5, { loadCpuUs: 990_000 })
    const text = read(result({}, row('floor', busy), row('poll', 6)))
    expect(text).toContain('bottleneck against floor:')
  })

  it('says where rounds lie too far apart', () => {
    expect(read(result({}, row('poll', 5, 6, 7)))).toContain('The rounds of poll lie more than 15%')
  })

  it('compares level and edge only beyond noise', () => {
    const same = result({}, row('epoll-level', 5, 5.2), row('epoll-edge', 5.1, 5.3))
    expect(read(same)).toContain('Level or edge: no difference')
    const dearer = result({}, row('epoll-level', 5, 5), row('epoll-edge', 6, 6))
    expect(read(dearer)).toContain('Edge-triggered is 20% dearer')
    const cheaper = result({}, row('epoll-level', 5, 5), row('epoll-edge', 4, 4))
    expect(read(cheaper)).toContain('Edge-triggered is 20% cheaper')
  })

  it('tells the p99 at a fixed rate', () => {
    const text = read(result({ rate: 5000 }, row('node-net', 8), row('poll', 5)))
    expect(text).toContain('One message in a hundred takes longer than 99 µs with poll')
    expect(text).toContain('too close to call')
  })
})

describe('the textbook about idle connections', () => {
  const without = result({}, row('select', 5, 5.1), row('poll', 5, 5.1), row('epoll-edge', 4, 4.1))
  const among = (select: number, poll: number, epoll: number) =>
    result(
      { name: 'echo-idle', idle: 900 },
      row('select', select, select),
      row('poll', poll, poll),
      row('epoll-edge', epoll, epoll),
    )

  it('is confirmed where select and poll grow and epoll does not', () => {
    const text = read(without, among(10, 9, 4.1))
    expect(text).toContain('That is what the textbook says')
    expect(text).toContain('select 1.98 times (5.05 to 10.0 µs)')
  })

  it.each([
    ['nothing grows', 5.1, 5.1, 4.1],
    ['epoll grows as well', 10, 10, 8],
    ['only select grows', 10, 5.1, 4],
  ])('is not confirmed where %s', (_what, select, poll, epoll) => {
    expect(read(without, among(select, poll, epoll))).toContain('These figures do not show it')
  })

  it('is left alone where there is nothing to compare with', () => {
    expect(read(among(10, 9, 4))).not.toContain('textbook')
  })
})

describe('failures', () => {
  it('are told once for all servers with the same reason', () => {
    const failed = result({}, row('select', 'broken'), row('poll', 'broken'), row('floor', 5))
    expect(readFailures(failed)).toEqual(['Not all figures of select and poll: broken.'])
  })
})

describe('the whole run', () => {
  it('has one sentence per scenario', () => {
    const all = results(result({}, row('node-net', 8, 8), row('poll', 4, 4)))
    expect(readAll(all)).toEqual(['Echo: poll needs 0.50 times the CPU of node-net.'])
  })

  it('begins with what idle connections cost on each kernel call', () => {
    const told = readAll(
      results(
        result({}, row('node-net', 8, 8), row('poll', 5, 5), row('epoll-edge', 5, 5)),
        result(
          { name: 'idle', idle: 900 },
          ...[row('node-net', 8, 8), row('poll', 9, 9), row('epoll-edge', 5, 5)],
        ),
      ),
    )
    expect(told[0]).toMatch(/^That is what the textbook says/)
    expect(told[1]).toMatch(/^Each further one .* poll 4.4 ns/)
  })

  it('begins with the machine where that was not quiet', () => {
    const all = results(result({}, row('node-net', 8, 8), row('poll', 4, 4)))
    const busy = { ...all, machine: { ...all.machine, others: 0.3 } }
    expect(readAll(busy)[0]).toMatch(/^The machine was not quiet: other processes took 30%/)
  })

  it('says so when there is nothing to compare', () => {
    expect(readAll(results(result({}, row('poll', 'broken'))))[0]).toContain('Nothing could be')
  })
})

describe('the printed table', () => {
  const noisy = load(5, { loadCpuUs: 990_000 })
  const text = printed(
    results(
      result({}, row('floor', noisy), row('node-net', 8, 12), row('select', 'ended: SIGSEGV')),
    ),
  )

  it('fits in 100 columns', () => {
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })

  it('fits in 80 columns where the window has no more, with fewer columns', () => {
    const summary = summarizeModel([{ round: 0, load: load(5) }], 64)
    const model: Row = { ...row('poll', 5), ...(summary === undefined ? {} : { model: summary }) }
    const narrow = printed(
      results(
        result({}, row('floor', noisy), row('node-net', 8, 12), row('select', 'ended: SIGSEGV')),
        result({ name: 'models', kind: 'model' }, row('floor', noisy), model),
        result({ name: 'memory', kind: 'memory' }, memoryRow('poll', 200, -1)),
      ),
      80,
    )
    for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(narrow).toMatch(/^floor +100,000! +5\.00 +5\.00 +1\.00 /m)
  })

  it('ends with what it says in short', () => {
    expect(text.indexOf('── In short')).toBeGreaterThan(text.indexOf('── Where the figures come'))
  })

  it('marks what is noisy and what the load generator limited', () => {
    expect(text).toMatch(/^floor +100,000! +5\.00 /m)
    expect(text).toMatch(/^node-net +100,000 +10\.0~/m)
  })

  it('shows a failed server as a row with its reason', () => {
    expect(text).toMatch(/^select +ended: SIGSEGV$/m)
  })

  it('says where each figure comes from', () => {
    for (const word of ['CPU µs', 'user, kernel', '×floor, ×node', 'p50, p99', 'machine', 'method'])
      expect(text).toMatch(new RegExp(`^${word} `, 'm'))
  })
})
