import process from 'node:process'
import { isHttp, wordsOf } from '../http-job'
import { contestantProgram, inPackage } from '../package'
import type { Contestant, Job } from './contestant'

const serving = (job: Job, backend: string, trigger: string) => {
  // What the command line has no option for has a program of its own.
  if (isHttp(job) && job !== 'http' && job !== 'http-close') {
    const program = contestantProgram('http-edgeloop.js')
    return [process.execPath, program, backend, trigger, ...wordsOf(job)]
  }
  return [
    process.execPath,
    inPackage('dist', 'cli', 'main.js'),
    ...(isHttp(job) ? ['http', '--hello'] : ['echo']),
    ...['--port', '0', '--backend', backend, '--trigger', trigger],
  ]
}

const receiving = (backend: string, trigger: string) => [
  process.execPath,
  contestantProgram('udp-edgeloop.js'),
  backend,
  trigger,
]

/** What is ready and stays so is announced once under edge triggering: there is nothing to measure. */
const watching = (backend: string, trigger: string) =>
  trigger === 'edge'
    ? undefined
    : [process.execPath, contestantProgram('ready-edgeloop.js'), backend]

const passing = (backend: string, trigger: string) => [
  process.execPath,
  inPackage('dist', 'bench', 'ring', 'edgeloop.js'),
  ...[backend, trigger],
]

/** Beside the models of the textbooks stands one server: the reactor as one would use it. */
const modelOf = (backend: string, trigger: string) =>
  backend === 'epoll' && trigger === 'level' ? serving('echo', backend, trigger) : undefined

function commandFor(job: Job, backend: string, trigger: string) {
  if (job === 'ready') return watching(backend, trigger)
  if (job === 'model') return modelOf(backend, trigger)
  if (job === 'ring') return passing(backend, trigger)
  return job === 'udp' ? receiving(backend, trigger) : serving(job, backend, trigger)
}

function edgeloop(backend: string, trigger: string, title: string, about: string): Contestant {
  return {
    name: trigger === 'edge' || backend === 'epoll' ? `${backend}-${trigger}` : backend,
    title,
    role: 'candidate',
    about,
    ...(backend === 'select' ? { descriptors: 1024 } : {}),
    command: (job) => commandFor(job, backend, trigger),
  }
}

function workers(threads: number, title: string, about: string): Contestant {
  return {
    name: `workers-${String(threads)}`,
    title,
    role: 'candidate',
    about,
    special: true,
    threads,
    command: (job) =>
      job === 'echo' ? [...serving(job, 'epoll', 'edge'), '--workers', String(threads)] : undefined,
  }
}

export const select = edgeloop(
  'select',
  'level',
  'edgeloop select',
  'The kernel looks at every descriptor up to the highest, on every call; it takes none beyond 1,023.',
)
export const poll = edgeloop(
  'poll',
  'level',
  'edgeloop poll',
  'The kernel looks at every descriptor in the list, on every call.',
)
export const epollLevel = edgeloop(
  'epoll',
  'level',
  'edgeloop epoll (level)',
  'The kernel keeps the list, and hands over those that are ready, as long as they are.',
)
export const epollEdge = edgeloop(
  'epoll',
  'edge',
  'edgeloop epoll (edge)',
  'The kernel keeps the list, and hands over those that have become ready, once.',
)

export const oneWorker = workers(
  1,
  'edgeloop, 1 Worker',
  'epoll, edge-triggered, in one Worker; the main thread only keeps watch.',
)
export const twoWorkers = workers(
  2,
  'edgeloop, 2 Workers',
  'The same in two Workers that share the port: the kernel spreads connections over them.',
)
