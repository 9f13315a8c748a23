import type { Contestant } from './contestant'
import { reference } from './references'

function ring(name: string, title: string, about: string, header: string, debian: string) {
  const { program, needs } = reference(
    `edgeloop-ring-${name}`,
    header,
    `apt-get install ${debian} cmake`,
  )
  const contestant: Contestant = {
    ...{ name: `ring-${name}`, title, role: 'reference', about, needs },
    command: (job) => (job === 'ring' ? [program] : undefined),
  }
  return contestant
}

export const ringLibuv = ring(
  'libuv',
  'C++ libuv (uv_poll)',
  "libuv's default loop in C++, a uv_poll_t for each pipe.",
  'uv.h',
  'libuv1-dev',
)
export const ringLibevent = ring(
  'libevent',
  'C++ libevent',
  "libevent's default method (epoll) in C++, a persistent event for each pipe.",
  'event2/event.h',
  'libevent-dev',
)
