import type { Contestant } from './contestant'
import { reference } from './references'

const { program, needs } = reference('edgeloop-libuv', 'uv.h', 'apt-get install libuv1-dev cmake')

const libuv = (way: string, title: string, about: string): Contestant => ({
  name: `libuv-${way}`,
  title,
  role: 'reference',
  about,
  needs,
  command: (job) => (job === 'echo' || job === 'udp' ? [program, way, job] : undefined),
})

export const libuvTuned = libuv(
  'tuned',
  'C++ libuv (tuned)',
  "libuv's default loop in C++, with one static buffer and uv_try_write: what libuv itself costs.",
)
export const libuvGuide = libuv(
  'guide',
  'C++ libuv (as guide)',
  "The same as libuv's own guide has it: malloc for each read, uv_write with a request for each write.",
)
