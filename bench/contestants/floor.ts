import { isFileJob, wordsOf } from '../http-job'
import { builtProgram } from '../package'
import { headersAnswer } from '../scenarios/headers'
import type { Contestant, Job } from './contestant'

/** It makes nothing of a request: what is to be answered it is told beforehand. */
function serving(job: Job): string[] {
  if (isFileJob(job)) return ['http-file', ...wordsOf(job).slice(1)]
  if (job === 'http-headers') return ['http', 'application/json', headersAnswer]
  if (job === 'http-async') return ['http']
  return [job === 'model' ? 'echo' : job]
}

export const floor: Contestant = {
  name: 'floor',
  title: 'C++ floor',
  role: 'floor',
  about:
    'C++ on plain epoll, level-triggered, one receive and one send per event (of datagrams: up to 32). It parses nothing: no server that does its work can be cheaper.',
  command: (job) => [builtProgram('edgeloop-floor'), ...serving(job)],
}
