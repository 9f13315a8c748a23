import { builtProgram } from '../package'
import type { Contestant } from './contestant'

export const floor: Contestant = {
  name: 'floor',
  title: 'C++ floor',
  role: 'floor',
  about:
    'C++ on plain epoll, level-triggered, one receive and one send per event. It parses nothing: no server that does its work can be cheaper.',
  command: (job) => [builtProgram('edgeloop-floor'), job === 'model' ? 'echo' : job],
}
