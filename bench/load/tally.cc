#include "tally.h"

namespace load {

const char* FaultName(Fault fault) {
  switch (fault) {
    case Fault::kRefused: return "refused";
    case Fault::kReset: return "reset";
    case Fault::kClosed: return "closed";
    case Fault::kWrong: return "wrong";
    case Fault::kMalformed: return "malformed";
    case Fault::kStatus: return "status";
    case Fault::kLength: return "length";
    case Fault::kTimeout: return "timeout";
    case Fault::kUnanswered: return "unanswered";
    case Fault::kOther: return "other";
    case Fault::kNone:
    case Fault::kCount: break;
  }
  return "none";
}

void Tally::Add(Fault fault, const std::string& story, uint64_t times) {
  if (fault == Fault::kNone || times == 0) return;
  if (first_.empty()) first_ = story;
  counts_[static_cast<size_t>(fault)] += times;
}

uint64_t Tally::total() const {
  uint64_t sum = 0;
  for (const uint64_t count : counts_) sum += count;
  return sum;
}

}  // namespace load
