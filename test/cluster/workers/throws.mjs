// @ts-check
// Listens, and fails all the same: the Worker has not started.

import { workerListen } from 'edgeloop/cluster'

workerListen({ socket: {} })
throw Object.assign(new RangeError('no configuration'), { code: 'E_CONFIG' })
