#include "sys/readiness.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <climits>

#include "sys/call.h"

namespace edgeloop {

namespace {

// Called by number: the C library may be older than the kernel. The number is the same everywhere.
constexpr long kEpollPwait2 = 441;

// Whether the kernel has epoll_pwait2: a fact about the machine, and so one for all threads. A
// sandbox that does not know the call may answer EPERM, which the call itself never does.
std::atomic<bool> has_epoll_pwait2{true};
bool Missing(int64_t result) {
  return result == -ENOSYS || result == -EPERM;
}

int64_t EpollWaitByMilliseconds(int64_t timeout_ns, int epfd, epoll_event* out, int capacity) {
  return WithDeadline(timeout_ns, [&](int64_t left) {
    int64_t ms = left / 1'000'000 + (left % 1'000'000 != 0);
    bool cut = ms > INT_MAX;
    int result = ::epoll_wait(epfd, out, capacity, cut ? INT_MAX : static_cast<int>(ms));
    if (result != 0 || !cut) return result;
    errno = EINTR;  // A part of a longer wait is over: go on with what is left.
    return -1;
  });
}

}  // namespace

int64_t SelectFor(int64_t timeout_ns, int count, DescriptorSet* read, DescriptorSet* write,
                  DescriptorSet* except) {
  return WithDeadline(timeout_ns, [&](int64_t left) {
    timespec time = ToTimespec(left);
    return ::pselect(count, read->kernel(), write->kernel(), except->kernel(),
                     left < 0 ? nullptr : &time, nullptr);
  });
}

int64_t PollFor(int64_t timeout_ns, pollfd* entries, size_t count) {
  return WithDeadline(timeout_ns, [&](int64_t left) {
    timespec time = ToTimespec(left);
    return ::ppoll(entries, static_cast<nfds_t>(count), left < 0 ? nullptr : &time, nullptr);
  });
}

int64_t EpollWaitFor(int64_t timeout_ns, int epfd, epoll_event* out, int capacity) {
  if (timeout_ns <= 0) {
    int ms = timeout_ns < 0 ? -1 : 0;
    return Uninterrupted([&] { return ::epoll_wait(epfd, out, capacity, ms); });
  }
  if (has_epoll_pwait2.load(std::memory_order_relaxed)) {
    int64_t result = WithDeadline(timeout_ns, [&](int64_t left) {
      timespec time = ToTimespec(left);
      return ::syscall(kEpollPwait2, epfd, out, capacity, &time, nullptr, size_t{0});
    });
    if (!Missing(result)) return result;
    has_epoll_pwait2.store(false, std::memory_order_relaxed);
  }
  return EpollWaitByMilliseconds(timeout_ns, epfd, out, capacity);
}

}  // namespace edgeloop
