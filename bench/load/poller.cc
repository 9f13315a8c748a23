#include "poller.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "clock.h"

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

namespace load {

Poller::Poller() : fd_(epoll_create1(EPOLL_CLOEXEC)), events_(512) {
  // The kernel may be 50 microseconds late by default: too much for a fixed rate.
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}

Poller::~Poller() {
  if (fd_ >= 0) close(fd_);
}

bool Poller::Add(int fd, uint32_t events, uint32_t number) {
  epoll_event event{};
  event.events = events;
  event.data.u32 = number;
  return epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) == 0;
}

bool Poller::Modify(int fd, uint32_t events, uint32_t number) {
  epoll_event event{};
  event.events = events;
  event.data.u32 = number;
  return epoll_ctl(fd_, EPOLL_CTL_MOD, fd, &event) == 0;
}

int Poller::Wait(int64_t timeout_ns) {
  const int capacity = static_cast<int>(events_.size());
  const int64_t wait_ns = std::max<int64_t>(timeout_ns, 0);
  if (fine_) {
    // The kernel's own layout, which is 64-bit whatever time_t is.
    const int64_t timeout[2] = {wait_ns / kSecond, wait_ns % kSecond};
    const long ready =
        syscall(SYS_epoll_pwait2, fd_, events_.data(), capacity, timeout, nullptr, 0);
    if (ready >= 0) return static_cast<int>(ready);
    if (errno != ENOSYS && errno != EPERM) return 0;
    fine_ = false;
  }
  const int64_t milliseconds = (wait_ns + kMillisecond - 1) / kMillisecond;
  const int ready = epoll_wait(fd_, events_.data(), capacity, static_cast<int>(milliseconds));
  return std::max(ready, 0);
}

}  // namespace load
