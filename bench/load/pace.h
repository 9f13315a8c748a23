#pragma once

#include <cmath>
#include <cstdint>

namespace load {

// A fixed rate: message k is due at `start + k / rate`, on connection k modulo their number,
// whether or not the answers before it have come. Latency is taken from that time, so a server
// that stalls is charged with every message that had to wait, sent or not.
class Pace {
 public:
  Pace(double rate, uint32_t connections) : period_ns_(1e9 / rate), connections_(connections) {}

  void Start(int64_t start_ns, int64_t end_ns) {
    start_ns_ = start_ns;
    end_ns_ = end_ns;
  }

  int64_t Due(uint64_t message) const {
    return start_ns_ +
           static_cast<int64_t>(std::llround(period_ns_ * static_cast<double>(message)));
  }

  // The message that a connection which has begun so many sends next.
  uint64_t Next(uint32_t connection, uint64_t begun) const {
    return begun * connections_ + connection;
  }

  // Steps to the next message if it is due by now and before the end.
  bool Step(int64_t now, uint64_t* message) {
    const int64_t due = Due(passed_);
    if (due > now || due >= end_ns_) return false;
    *message = passed_;
    passed_ += 1;
    return true;
  }

  // Whether the time of this message has come.
  bool Passed(uint64_t message) const { return message < passed_; }
  uint64_t passed() const { return passed_; }
  uint32_t ConnectionOf(uint64_t message) const {
    return static_cast<uint32_t>(message % connections_);
  }
  // The time of the next message, or of the end.
  int64_t NextDue() const { return Due(passed_) < end_ns_ ? Due(passed_) : end_ns_; }
  bool over() const { return Due(passed_) >= end_ns_; }

 private:
  double period_ns_;
  uint32_t connections_;
  int64_t start_ns_ = 0;
  int64_t end_ns_ = 0;
  uint64_t passed_ = 0;
};

}  // namespace load
