// Every contestant that serves HTTP does each job truly: the load generator compares every byte.

import process from 'node:process'
import { afterAll, describe, expect, it } from 'vitest'
import { contestants } from '../../bench/contestants'
import { removeFiles } from '../../bench/http-job'
import { chooseCores } from '../../bench/run/pinning'
import { runScenario } from '../../bench/run/rounds'
import { Server } from '../../bench/run/server'
import { http } from '../../bench/scenarios/http'

// A runner ends its processes in ways that tell them nothing.
afterAll(removeFiles)

const plan = { rounds: 1, seconds: 0.6, firstWarmup: 0.05, warmup: 0.05, calls: false }
const own = ['floor', 'node-http', 'select', 'poll', 'epoll-level', 'epoll-edge']
const found = contestants.filter(
  ({ name, role, needs }) => own.includes(name) || (role === 'peer' && needs?.find() !== undefined),
)
const absent = contestants.filter((one) => one.role === 'peer' && !found.includes(one))
const skipped =
  absent.length === 0 ? '' : ` (skipped, not installed: ${absent.map(({ name }) => name).join()})`

describe(`the servers of HTTP${skipped}`, () => {
  // At a fixed rate the job is the same, and only a machine of its own would keep up.
  const closed = http.filter(({ rate }) => rate === 0)
  it.each(closed.map((scenario) => [scenario.name, scenario] as const))(
    'do %s without a fault',
    async (_name, scenario) => {
      // Ten megabytes take their time.
      const large = scenario.job === 'http-file-10m'
      const small = { ...scenario, connections: large ? 1 : 4 }
      const longer = { ...plan, seconds: large ? 1.5 : plan.seconds }
      const { rows } = await runScenario(small, found, longer, chooseCores(), () => undefined)
      const failures = rows.flatMap(({ server, failure }) =>
        failure === undefined ? [] : [`${server}: ${failure}`],
      )
      expect(failures).toEqual([])
      expect(rows.map(({ server }) => server)).toEqual(expect.arrayContaining(own))
    },
  )
})

describe('nginx', () => {
  const nginx = found.find(({ name }) => name === 'nginx')
  const reason = nginx === undefined ? ' (skipped: not installed)' : ''

  it.skipIf(nginx === undefined)(
    `counts with its worker alone, and ends with it${reason}`,
    async () => {
      const server = await Server.start(nginx?.command('http') ?? [], undefined)
      expect(server.banner).toMatch(/^\(nginx\/\d/)
      expect(process.kill(server.pid, 0)).toBe(true)
      await server.stop()
      expect(() => process.kill(server.pid, 0)).toThrow('ESRCH')
    },
  )
})
