// @ts-check
// An echo server on epoll(7), level-triggered: the kernel keeps the set and is told of changes.
//   node examples/echo-multiplexers/epoll.mjs [PORT]

import { close, constants, epoll_create1, epoll_ctl, epoll_wait } from 'edgeloop/sys'
import { EchoServer } from './echo.mjs'

const { EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLLIN, EPOLLOUT } = constants

const server = new EchoServer('epoll, level')
const epfd = epoll_create1(EPOLL_CLOEXEC)
epoll_ctl(epfd, EPOLL_CTL_ADD, server.stop, EPOLLIN)
epoll_ctl(epfd, EPOLL_CTL_ADD, server.listener, EPOLLIN)
while (true) {
  const ready = epoll_wait(epfd, 64).map(({ fd }) => fd)

  if (ready.includes(server.stop)) break
  for (const fd of ready) {
    const connection = server.connections.get(fd)
    if (connection === undefined) continue
    const hadUnsent = connection.hasUnsent
    if (connection.step() === 'over') {
      server.drop(connection) // closed, it leaves the set by itself: there is no copy of it
    } else if (connection.hasUnsent !== hadUnsent) {
      epoll_ctl(epfd, EPOLL_CTL_MOD, fd, connection.hasUnsent ? EPOLLOUT : EPOLLIN)
    }
  }
  // After the others, so that a number just closed and given anew is not taken for the old one.
  if (ready.includes(server.listener)) {
    for (const { fd } of server.accept()) epoll_ctl(epfd, EPOLL_CTL_ADD, fd, EPOLLIN)
  }
}
close(epfd)
server.close()
