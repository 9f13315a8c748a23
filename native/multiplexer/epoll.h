#pragma once

#include <climits>
#include <memory>

#include "multiplexer/growing_array.h"
#include "multiplexer/multiplexer.h"

namespace edgeloop {

// epoll(7): the set lives in the kernel, and there only. A table of our own could contradict it:
// the kernel drops a registration by itself when the last copy of a descriptor is closed.
class Epoll final : public Multiplexer {
 public:
  // A new, empty one. Null with `error` set to -errno where there is no descriptor left.
  static std::unique_ptr<Epoll> Make(int* error);
  // Takes over `fd`, which is closed with the object. Null with `error` set to -EBADF where it is
  // not open and -EINVAL where it is something else; it is left alone then.
  static std::unique_ptr<Epoll> Adopt(int fd, int* error);
  ~Epoll() override;

  const char* name() const override { return "epoll"; }
  Supports supports() const override {
    return {true, true, true,
            EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLRDHUP | EPOLLET |
                EPOLLONESHOT | EPOLLEXCLUSIVE | EPOLLWAKEUP,
            INT_MAX};
  }

  int Add(int fd, uint32_t events, uint32_t token) override;
  int Modify(int fd, uint32_t events, uint32_t token) override;
  int Remove(int fd) override;
  int Forget(int fd) override;
  // Tries to add: the kernel has no question for it. A descriptor that is absent is in the set for
  // an instant, and one that hangs at that moment can wake whoever waits on a copy of the set.
  bool Has(int fd) override;
  // Counts what /proc tells of the set, and so takes time in proportion to it. Where /proc is not
  // mounted: what was added less what was removed, in which descriptors that were only closed stay.
  size_t Size() override;
  int Wait(Ready* out, int capacity, int64_t timeout_ns) override;
  int Fd() const override { return epfd_; }

 private:
  explicit Epoll(int epfd) : epfd_(epfd) {}
  int Control(int operation, int fd, uint32_t events, uint32_t token);

  const int epfd_;
  GrowingArray<epoll_event> events_;
  int64_t added_ = 0;  // less what was removed
};

}  // namespace edgeloop
