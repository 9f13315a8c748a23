#pragma once

#include <cstdint>
#include <string>

namespace load {

// Everything that can go wrong with a connection. Each is counted; none is passed over.
enum class Fault : uint8_t {
  kNone,
  kRefused,     // nobody listens
  kReset,       // RST
  kClosed,      // the server closed while an answer was due, or closed an idle connection
  kWrong,       // bytes that differ from those expected, or that nobody asked for
  kMalformed,   // not an HTTP answer
  kStatus,      // an HTTP status other than 200
  kLength,      // a body of another length than expected
  kTimeout,     // no connection, or no answer, in time
  kUnanswered,  // fixed rate: due within the window, and never answered
  kOther,
  kCount,
};

const char* FaultName(Fault fault);

// Counts of one run, with the story of its first fault.
class Tally {
 public:
  void Add(Fault fault, const std::string& story, uint64_t times = 1);
  uint64_t count(Fault fault) const { return counts_[static_cast<size_t>(fault)]; }
  uint64_t total() const;
  const std::string& first() const { return first_; }

 private:
  uint64_t counts_[static_cast<size_t>(Fault::kCount)] = {};
  std::string first_;
};

}  // namespace load
