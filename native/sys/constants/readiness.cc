// poll(2), epoll_ctl(2), select(2).

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "sys/constants/constants.h"

namespace edgeloop::sys {

void ExportReadinessConstants(Napi::Env env, Napi::Object exports) {
  static constexpr Constant kTable[] = {
      {"EPOLLIN", EPOLLIN},
      {"EPOLLPRI", EPOLLPRI},
      {"EPOLLOUT", EPOLLOUT},
      {"EPOLLERR", EPOLLERR},
      {"EPOLLHUP", EPOLLHUP},
      {"EPOLLRDHUP", EPOLLRDHUP},
      {"EPOLLRDNORM", EPOLLRDNORM},
      {"EPOLLRDBAND", EPOLLRDBAND},
      {"EPOLLWRNORM", EPOLLWRNORM},
      {"EPOLLWRBAND", EPOLLWRBAND},
      {"EPOLLMSG", EPOLLMSG},
      {"EPOLLET", EPOLLET},
      {"EPOLLONESHOT", EPOLLONESHOT},
      {"EPOLLEXCLUSIVE", EPOLLEXCLUSIVE},
      {"EPOLLWAKEUP", EPOLLWAKEUP},
      {"EPOLL_CLOEXEC", EPOLL_CLOEXEC},
      {"EPOLL_CTL_ADD", EPOLL_CTL_ADD},
      {"EPOLL_CTL_MOD", EPOLL_CTL_MOD},
      {"EPOLL_CTL_DEL", EPOLL_CTL_DEL},
      {"POLLIN", POLLIN},
      {"POLLPRI", POLLPRI},
      {"POLLOUT", POLLOUT},
      {"POLLERR", POLLERR},
      {"POLLHUP", POLLHUP},
      {"POLLNVAL", POLLNVAL},
      {"POLLRDHUP", POLLRDHUP},
      {"POLLRDNORM", POLLRDNORM},
      {"POLLRDBAND", POLLRDBAND},
      {"POLLWRNORM", POLLWRNORM},
      {"POLLWRBAND", POLLWRBAND},
      {"FD_SETSIZE", FD_SETSIZE},
  };
  SetAll(env, exports, kTable);
}

}  // namespace edgeloop::sys
