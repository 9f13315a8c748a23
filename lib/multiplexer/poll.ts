import { MultiplexerBase } from './multiplexer'

/**
 * The set behind poll(2): an array of entries, passed whole at every wait.
 *
 * Any descriptor, all readiness bits, level-triggered only. A registered descriptor that is not open is
 * reported with `POLLNVAL` (0x20) at every wait. Its errors name `poll` as their call.
 */
export class Poll extends MultiplexerBase {
  constructor() {
    super({ name: 'poll', control: 'poll', wait: 'poll' })
  }
}
