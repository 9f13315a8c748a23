#pragma once

#include <cerrno>
#include <cstdint>
#include <ctime>

namespace edgeloop {

// A system call's answer in Node's manner: the result, or -errno.
template <typename Result>
inline int64_t OrErrno(Result result) {
  return result < 0 ? -static_cast<int64_t>(errno) : static_cast<int64_t>(result);
}

// Whether a signal ended a call before it did anything. 512 is the kernel's own ERESTARTSYS, which
// no program is meant to see: recvmmsg(2) that a signal cuts short leaves it behind as the socket's
// error, for the next call to find.
inline bool Interrupted(int64_t result) {
  return result == -EINTR || result == -512;
}

// Makes a system call until no signal interrupts it. For calls without a timeout of their own.
template <typename Call>
inline int64_t Uninterrupted(Call call) {
  for (;;) {
    int64_t result = OrErrno(call());
    if (!Interrupted(result)) return result;
  }
}

inline int64_t MonotonicNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

// Waits `timeout_ns` (-1: for ever) in a call that takes the time left in nanoseconds (-1
// likewise), and resumes with what is left when a signal interrupts it (signal(7)).
template <typename Call>
inline int64_t WithDeadline(int64_t timeout_ns, Call call) {
  if (timeout_ns <= 0) return Uninterrupted([&] { return call(timeout_ns); });
  int64_t start = MonotonicNs();
  int64_t left = timeout_ns;
  for (;;) {
    int64_t result = OrErrno(call(left));
    if (!Interrupted(result)) return result;
    int64_t passed = MonotonicNs() - start;
    left = passed < timeout_ns ? timeout_ns - passed : 0;
  }
}

inline timespec ToTimespec(int64_t ns) {
  timespec out;
  out.tv_sec = static_cast<time_t>(ns / 1'000'000'000);
  out.tv_nsec = static_cast<long>(ns % 1'000'000'000);
  return out;
}

}  // namespace edgeloop
