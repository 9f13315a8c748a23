import { Reactor } from 'edgeloop'
import { close, pidfd_open } from 'edgeloop/sys'

const pid = Number(process.argv[2])
const fd = pidfd_open(pid) // any process: it need not be a child of this one
const watch = Reactor.shared().register(fd, { readable: true }, () => {
  console.log('process', pid, 'has ended')
  watch.close()
  close(fd)
})
