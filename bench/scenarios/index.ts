import { churn } from './churn'
import { echo, echoAtRate } from './echo'
import { http } from './http'
import { memory } from './memory'
import { models } from './models'
import { register } from './register'
import { ring } from './ring'
import type { Scenario } from './scenario'
import { connections, shares, sizes } from './series'
import { udp } from './udp'
import { workers } from './workers'

export type { Kind, RingShape, Scenario } from './scenario'

/** In the order in which they run and are shown. */
export const scenarios: readonly Scenario[] = [
  ...echo,
  ...sizes,
  ...connections,
  ...churn,
  ...echoAtRate,
  ...shares,
  ...workers,
  ...udp,
  ...memory,
  ...register,
  ...ring,
  ...models,
  ...http,
]
