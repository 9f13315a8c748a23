#pragma once

#include <cstdint>

#include "arguments.h"
#include "result.h"

namespace load {

// The part of a run that counts: it lies between warming up and draining. Notes at both of its ends
// what the server and this process have used.
class Window {
 public:
  Window(const Arguments& arguments, Result* result) : arguments_(arguments), result_(result) {}

  // Warming up begins.
  void Start(int64_t now);

  // Moves on from warming up to measuring to draining when it is time, or when nothing is `left` to
  // measure. False once even the time to drain is over.
  bool Step(int64_t now, bool left);

  bool measuring() const { return measuring_; }
  bool draining() const { return draining_; }
  int64_t end_ns() const { return end_ns_; }
  bool Contains(int64_t ns) const { return ns >= begin_ns_ && ns < end_ns_; }

  // When the next part begins; no later than `latest`.
  int64_t NextTime(int64_t now, int64_t latest) const;

 private:
  void StartMeasuring();
  void StopMeasuring();
  ProcessUsage ReadServer() const;

  const Arguments& arguments_;
  Result* result_;
  int64_t begin_ns_ = 0;  // as planned
  int64_t end_ns_ = 0;
  int64_t measured_from_ns_ = 0;  // and where it began in truth
  int64_t own_cpu_from_ns_ = 0;
  bool measuring_ = false;
  bool draining_ = false;
};

}  // namespace load
