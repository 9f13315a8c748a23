import path from 'node:path'
import { fileOf, isFileJob, isHttp } from '../http-job'
import type { Scenario } from '../scenarios'

const greeting = 'Hello, World!'

/** What the load generator is told of requests and their answers. Every byte of a body is known. */
export function httpArguments({ job, asking = {} }: Scenario): string[] {
  if (!isHttp(job)) return []
  const { headers = [], answer = greeting } = asking
  const file = isFileJob(job) ? fileOf(job) : undefined
  return [
    // nginx finds files by their names, and answers `/` with a text.
    ...(file === undefined ? [] : ['--path', `/${path.basename(file)}`]),
    ...(file === undefined ? ['--expect-text', answer] : ['--expect-file', file]),
    ...headers.flatMap((line) => ['--header', line]),
    ...(job === 'http-close' ? ['--close'] : []),
  ]
}
