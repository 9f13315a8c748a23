#pragma once

#include <poll.h>
#include <sys/epoll.h>

#include <cstddef>
#include <cstdint>

namespace edgeloop {

// Readiness has one set of numbers: those that poll(2) and epoll(7) share. Select translates.
static_assert(EPOLLIN == POLLIN && EPOLLPRI == POLLPRI && EPOLLOUT == POLLOUT &&
                  EPOLLERR == POLLERR && EPOLLHUP == POLLHUP && EPOLLRDHUP == POLLRDHUP,
              "poll and epoll name the same bits");

// What became ready. `token` is what Add was given with the descriptor: a caller that numbers its
// registrations recognises by it an event that was meant for an earlier owner of the same number.
struct Ready {
  int32_t fd;
  uint32_t events;
  uint32_t token;
};

struct Supports {
  bool edge;
  bool oneshot;
  bool exclusive;
  uint32_t events;  // every bit of interest that the call knows
  int highest_fd;   // the largest descriptor that it takes
};

// A set of descriptors and one call of the kernel's that waits for it. A backend translates and
// nothing more: order, fairness, re-arming and stale events are the reactor's affair.
//
// Add, Modify and Remove answer 0 or -errno and are all or nothing: one that fails leaves
// everything as it was. An instance belongs to the thread that made it.
class Multiplexer {
 public:
  virtual ~Multiplexer() = default;

  virtual const char* name() const = 0;
  virtual Supports supports() const = 0;

  // -EEXIST when present, -EINVAL above `highest_fd`; a caller that has a better word for that
  // refuses such a number first.
  virtual int Add(int fd, uint32_t events, uint32_t token) = 0;
  // -ENOENT when absent.
  virtual int Modify(int fd, uint32_t events, uint32_t token) = 0;
  virtual int Remove(int fd) = 0;
  // The same for a descriptor that is closed next and has no copy anywhere: a kernel that drops it
  // from its set by itself then is not called.
  virtual int Forget(int fd) { return Remove(fd); }
  virtual bool Has(int fd) = 0;
  virtual size_t Size() = 0;

  // Waits until something is ready, `timeout_ns` has passed (-1: for ever) and fills at most
  // `capacity` (at least 1) of `out`. What did not fit comes first the next time. Returns how many,
  // or -errno; a signal does not end it.
  virtual int Wait(Ready* out, int capacity, int64_t timeout_ns) = 0;

  // The descriptor of the set itself, where the kernel has one; else -1.
  virtual int Fd() const { return -1; }
};

}  // namespace edgeloop
