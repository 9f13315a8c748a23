import path from 'node:path'
import process from 'node:process'
import { contestantProgram } from '../package'
import type { Contestant } from './contestant'
import { reference } from './references'

// Node's own headers, which have uv.h, stand beside it.
const { program, needs } = reference(
  'edgeloop-hosted',
  'node/uv.h',
  "apt-get install cmake (and node's headers, where a package left them out)",
  [path.resolve(process.execPath, '../../include')],
  '.node',
)

/** The floor in Node's loop: what no server on epoll can go below there. */
const hosted = (way: 'bare' | 'call', title: string, about: string): Contestant => ({
  name: `hosted-${way}`,
  title,
  role: 'reference',
  about,
  needs,
  special: true,
  command: (job) =>
    job === 'echo' || job === 'http'
      ? [process.execPath, contestantProgram('hosted.js'), program, way, job]
      : undefined,
})

export const hostedBare = hosted(
  'bare',
  'C++ in Node',
  "The C++ floor in an addon, whose epoll set libuv's default loop waits for, as it does for edgeloop's; no JavaScript runs.",
)
export const hostedCall = hosted(
  'call',
  'C++ in Node + call',
  'The same, and an empty function of JavaScript is called once for each turn, by napi_make_callback.',
)
