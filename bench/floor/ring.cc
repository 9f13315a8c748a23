#include "ring.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace floor_server {
namespace {

constexpr char kProgram[] = "edgeloop-floor";

// 0 or an errno.
int Add(int epoll, const ring::Ring& ring) {
  for (uint32_t index = 0; index < ring.fds().size(); index += 1) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = index;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, ring.fds()[index], &event) != 0) return errno;
  }
  return 0;
}

int TurnUntilDone(int epoll, ring::Ring* ring) {
  epoll_event events[1024];
  while (!ring->done()) {
    const int ready = epoll_wait(epoll, events, 1024, -1);
    if (ready < 0 && errno != EINTR) return errno;
    for (int index = 0; index < ready; index += 1) ring->OnReadable(events[index].data.u32);
  }
  return 0;
}

}  // namespace

int WatchRing(const ring::Plan& plan) {
  ring::Ring ring(plan);
  int error = ring.Open();
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (error == 0 && epoll < 0) error = errno;
  if (error == 0) error = Add(epoll, ring);
  if (error == 0) {
    ring.Start();
    error = TurnUntilDone(epoll, &ring);
  }
  if (epoll >= 0) close(epoll);
  if (error == 0) return ring.Report(kProgram);
  std::fprintf(stderr, "%s: %s\n", kProgram, std::strerror(error));
  return 1;
}

}  // namespace floor_server
