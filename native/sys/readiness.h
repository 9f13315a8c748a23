#pragma once

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include <cstddef>
#include <cstdint>

namespace edgeloop {

// The three calls that wait for readiness, with one way to say how long: nanoseconds, -1 for ever.
// Each answers the kernel's count or -errno. A signal does not end a wait: it goes on with the time
// that is left. A wait is never shorter than asked for.

// No call takes in more events than this at once: it bounds the memory that a caller who names a
// huge maximum can ask for. What is over comes with the next call.
constexpr int kMostEvents = 1 << 20;

// The descriptors below FD_SETSIZE as bits, laid out as fd_set has them. The macros of
// sys/select.h write out of bounds for larger numbers; here the caller has refused those.
class DescriptorSet {
 public:
  static constexpr int kWords = FD_SETSIZE / 64;

  void Insert(int fd) { words_[fd / 64] |= Bit(fd); }
  void Erase(int fd) { words_[fd / 64] &= ~Bit(fd); }
  bool Contains(int fd) const { return (words_[fd / 64] & Bit(fd)) != 0; }
  uint64_t word(int index) const { return words_[index]; }
  fd_set* kernel() { return reinterpret_cast<fd_set*>(words_); }

 private:
  static uint64_t Bit(int fd) { return uint64_t{1} << (fd % 64); }

  alignas(fd_set) uint64_t words_[kWords] = {};
};
static_assert(sizeof(DescriptorSet) == sizeof(fd_set), "one bit per descriptor");

// pselect6(2). The sets hold what is asked for, and where the call succeeds what is ready.
int64_t SelectFor(int64_t timeout_ns, int count, DescriptorSet* read, DescriptorSet* write,
                  DescriptorSet* except);

// ppoll(2).
int64_t PollFor(int64_t timeout_ns, pollfd* entries, size_t count);

// epoll_pwait2(2), or where the kernel lacks it (before 5.11) epoll_wait(2) in whole milliseconds,
// rounded up.
int64_t EpollWaitFor(int64_t timeout_ns, int epfd, epoll_event* out, int capacity);

}  // namespace edgeloop
