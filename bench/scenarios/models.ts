import { usual, type Scenario } from './scenario'

function at(name: string, connections: number): Scenario {
  const shown = connections.toLocaleString('en-US')
  const plural = connections === 1 ? 'connection' : 'connections'
  return {
    ...usual,
    name,
    title: `Models of concurrency, ${shown} ${plural}`,
    about: `The ways to serve that the tutorials list, each on the same echo of 64 bytes: ${shown} ${plural} with a message under way on each, and then as many users at a time who connect, have one message echoed and close. All on one core: what differs is what a model costs, not how many cores it can use.`,
    job: 'model',
    kind: 'model',
    unit: 'message',
    quick: false,
    connections,
  }
}

/** One way to serve beside the other, from one connection to ten thousand. */
export const models: readonly Scenario[] = [
  at('models-1', 1),
  at('models-10', 10),
  at('models-100', 100),
  at('models-1k', 1000),
  at('models-10k', 10_000),
]
