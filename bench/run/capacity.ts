import { floor } from '../contestants/floor'
import { median } from '../figures/statistics'
import type { Scenario } from '../scenarios'
import { Server } from './server'
import { serverTurn, type Plan, type Setting } from './turns'
import type { Cores } from './pinning'

/** Windows, and their seconds: enough for a median that one disturbance does not move. */
const windows = 3
const windowSeconds = 0.5

/** By the shape of the load: one figure for all rates that are parts of it. */
const known = new Map<string, number>()

async function measure(scenario: Scenario, plan: Plan, cores: Cores): Promise<number> {
  const server = await Server.start(floor.command(scenario.job) ?? [], cores.server)
  const setting: Setting = { scenario, plan: { ...plan, seconds: windowSeconds }, cores }
  const found: number[] = []
  try {
    for (let round = 0; round < windows; round += 1) {
      const { failure, load } = await serverTurn(server, setting, round, plan.firstWarmup)
      if (failure !== undefined || load === undefined) throw new Error(failure ?? 'no figures')
      found.push(load.answers / load.windowSeconds)
    }
  } finally {
    await server.stop()
  }
  return median(found)
}

/**
 * A scenario whose rate is a part of capacity, with the rate in figures; any other as it is.
 *
 * Capacity is what the C++ floor answers in a closed loop with as many connections. Over loopback that
 * is the limit of the server or of the load generator, whichever has less: nothing beyond could be
 * measured here. All servers get the same rate. A part of each server's own capacity would give the
 * slower ones less to do, and set latencies side by side that belong to different loads.
 */
export async function atCapacity(scenario: Scenario, plan: Plan, cores: Cores): Promise<Scenario> {
  const { share, job, connections, idle, size, unit } = scenario
  if (share === undefined) return scenario
  const shape = JSON.stringify([job, connections, idle, size])
  const capacity =
    known.get(shape) ?? Math.round(await measure({ ...scenario, rate: 0 }, plan, cores))
  known.set(shape, capacity)
  const rate = Math.max(1, Math.round(share * capacity))
  const title = `${scenario.title}, ${rate.toLocaleString('en-US')} ${unit}s/s`
  return { ...scenario, rate, capacity, title }
}
