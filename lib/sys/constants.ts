import { addon } from '../addon'
import { ipOptions } from './constants/ip-options'
import { network } from './constants/network'
import { readiness } from './constants/readiness'
import { socketOptions } from './constants/socket-options'

/** @internal */
export const constantNames = [...readiness, ...network, ...socketOptions, ...ipOptions] as const

/** The names that {@link constants} knows. */
export type ConstantName = (typeof constantNames)[number]

/**
 * The kernel's numbers under the kernel's names, as they are on this architecture.
 *
 * Flags come as positive numbers, `EPOLLET` (bit 31) too; JavaScript's `|` makes them signed, and every
 * call takes both.
 */
export const constants: Readonly<Record<ConstantName, number>> = Object.freeze({
  ...(addon.sys.constants as Record<ConstantName, number>),
})
