import type { EventStats } from '../reactor/reactor'

/** Counters since the reactor was made, and how much waits now. */
export interface ReactorStats extends EventStats {
  /** stream sockets that are open, attempts to connect included, listeners not */
  sockets: number
  /** commands (sends, ends, pauses …) that handlers have queued and no flush has taken yet */
  queuedCommands: number
  /** sockets with something to tell in the next turn: drained, stuck, timed out or closed */
  dueSockets: number
  /** bytes written to all sockets that the kernel has not taken yet */
  backlogBytes: number
}
