#pragma once

#include <cstdint>
#include <ctime>

namespace load {

constexpr int64_t kMillisecond = 1'000'000;
constexpr int64_t kSecond = 1'000'000'000;

// Nanoseconds of a clock; 0 where it cannot be read.
inline int64_t ReadClockNs(clockid_t clock) {
  timespec now{};
  if (clock_gettime(clock, &now) != 0) return 0;
  return now.tv_sec * kSecond + now.tv_nsec;
}

inline int64_t NowNs() {
  return ReadClockNs(CLOCK_MONOTONIC);
}

}  // namespace load
