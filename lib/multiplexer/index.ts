/**
 * `Select`, `Poll`, `Epoll`: the three calls as the kernel has them, behind one interface.
 * @module
 */
export { Epoll } from './epoll'
export { ERR, ET, EXCLUSIVE, HUP, IN, ONESHOT, OUT, PRI, RDHUP, WAKEUP } from './events'
export type { Multiplexer, MultiplexerName, ReadyEvent, Supports } from './multiplexer'
export { Poll } from './poll'
export { Select } from './select'
