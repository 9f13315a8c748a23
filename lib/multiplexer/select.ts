import { MultiplexerBase } from './multiplexer'

/**
 * The set behind select(2), in POSIX since 1983 and the same everywhere.
 *
 * Descriptors below 1024 only; every wait passes three sets of bits up to the highest descriptor. `IN`,
 * `OUT` and `PRI` are what it can tell: a hang-up or an error reads as `IN` (an error as `OUT` too).
 * Its errors name `select` as their call.
 */
export class Select extends MultiplexerBase {
  constructor() {
    super({ name: 'select', control: 'select', wait: 'select' })
  }
}
