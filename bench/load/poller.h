#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <vector>

namespace load {

// An epoll descriptor whose wait keeps time to the nanosecond where the kernel can
// (epoll_pwait2, Linux 5.11), and to the millisecond, rounded up, where it cannot.
class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  bool valid() const { return fd_ >= 0; }
  bool Add(int fd, uint32_t events, uint32_t number);
  bool Modify(int fd, uint32_t events, uint32_t number);

  // Waits for at most `timeout_ns`; returns how many events stand in `events()`.
  int Wait(int64_t timeout_ns);
  const epoll_event* events() const { return events_.data(); }

 private:
  int fd_;
  bool fine_ = true;
  std::vector<epoll_event> events_;
};

}  // namespace load
