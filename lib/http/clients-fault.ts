/** What a handler's failure is answered with where the client is to blame for it. @internal */
export type FaultStatus = 400 | 415

const faults = new WeakMap<object, FaultStatus>()

/**
 * Marks a failure as the client's: a handler that lets it pass has answered with the status, and nobody else is told.
 * Else any client could end a process whose handlers do not catch everything.
 * @internal
 */
export function clientsFault<Failure extends Error>(error: Failure, status: FaultStatus): Failure {
  faults.set(error, status)
  return error
}

/** The status for a failure that is the client's. @internal */
export function faultStatus(error: unknown): FaultStatus | undefined {
  return error instanceof Error ? faults.get(error) : undefined
}
