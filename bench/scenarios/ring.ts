import { usual, type Scenario } from './scenario'

const active = 10
const writes = 1000

function among(name: string, pipes: number, more: string): Scenario {
  const shown = pipes.toLocaleString('en-US')
  return {
    ...usual,
    name,
    title: `Ring of ${shown} pipes, ${String(active)} of them active`,
    about: `The benchmark by which libevent and libev were compared with select and poll: ${shown} pipes in one process, a byte in ${String(active)} of them, each passed on to the next pipe by whoever is told that it has come, ${writes.toLocaleString('en-US')} times; then again. An event costs one read and one write, the same for everybody; the rest is the price of being told.${more}`,
    job: 'ring',
    unit: 'event',
    kind: 'ring',
    quick: false,
    connections: active,
    idle: pipes - active,
    ring: { pipes, active, writes },
  }
}

/** What an event costs against the number of descriptors that are watched and silent. */
export const ring: readonly Scenario[] = [
  among('ring-100', 100, ''),
  among('ring-1k', 1000, ' As many as select takes.'),
  among('ring-10k', 10_000, ''),
]
