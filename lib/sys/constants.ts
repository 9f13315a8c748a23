import { addon } from '../addon'
import { control } from './constants/control'
import { errors } from './constants/errors'
import { events } from './constants/events'
import { files } from './constants/files'
import { ipOptions } from './constants/ip-options'
import { memory } from './constants/memory'
import { network } from './constants/network'
import { readiness } from './constants/readiness'
import { signals } from './constants/signals'
import { socketOptions } from './constants/socket-options'

/** @internal */
export const constantNames = [
  ...control,
  ...errors,
  ...events,
  ...files,
  ...ipOptions,
  ...memory,
  ...network,
  ...readiness,
  ...signals,
  ...socketOptions,
] as const

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
