// Readiness has one set of numbers, which poll(2) and epoll(7) share; the flags are epoll's.

import { constants } from '../sys/constants'

/** A read would not block: data, the end of the stream, a connection to accept. */
export const IN = constants.EPOLLIN

/** Something urgent: TCP out-of-band data, a pseudoterminal in packet mode, an event of cgroup or sysfs. */
export const PRI = constants.EPOLLPRI

/** A write would not block. */
export const OUT = constants.EPOLLOUT

/** An error awaits; also the write end of a pipe whose reader is gone. Reported unasked. */
export const ERR = constants.EPOLLERR

/** Both directions are over: nothing more will come, nothing can be sent. Reported unasked. */
export const HUP = constants.EPOLLHUP

/** The peer will send no more. poll and epoll, stream sockets only. */
export const RDHUP = constants.EPOLLRDHUP

/**
 * Edge-triggered: an event comes per *new* readiness, not for as long as there is some. Act until `EAGAIN`;
 * what is left unread stays unannounced. docs/multiplexers.md tells it by situations. epoll only.
 */
export const ET = constants.EPOLLET

/** One event, then silence until `modify` arms the registration again. epoll only. */
export const ONESHOT = constants.EPOLLONESHOT

/**
 * Of several epoll instances that watch one descriptor, the kernel wakes at least one, not all. Goes with
 * `IN`, `OUT` and `ET`; cannot be modified. epoll only.
 */
export const EXCLUSIVE = constants.EPOLLEXCLUSIVE

/** Keeps the system from suspending while the event is pending; nothing without CAP_BLOCK_SUSPEND. epoll only. */
export const WAKEUP = constants.EPOLLWAKEUP
