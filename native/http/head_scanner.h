#pragma once

#include <algorithm>

#include "http/framing.h"
#include "http/head.h"

namespace edgeloop {

// Reads a request's head in one pass, RFC 9112 sections 2 to 6, strictly: whatever two parsers
// could read differently is refused, at the byte that shows it. It goes on where the bytes ended,
// sees none twice, and allocates nothing. Plain data: copied where a head has to be put aside.
class HeadScanner {
 public:
  enum class Result { kIncomplete, kComplete, kRefused };

  // Goes on with a head of which the first `available` bytes have come; those that it has seen are
  // the same as before, though perhaps elsewhere. `fields` has room for `limits.fields`, and is
  // kept by the caller until the head is complete. `Runs` skips over uniform bytes (runs.h).
  template <typename Runs>
  Result Scan(const uint8_t* head, size_t available, const HeadLimits& limits, Field* fields);

  // What was read, once it is complete.
  const Head& head() const { return head_; }
  Refusal refusal() const { return refusal_; }
  // Bytes of the request line without its line break; 0 until it has been read.
  uint32_t line_length() const { return stage_ < Stage::kLineEnd ? 0 : version_ + kVersionBytes; }

 private:
  static constexpr uint32_t kVersionBytes = 8;  // HTTP/1.1

  enum class Stage : uint8_t {
    kMethod,
    kTarget,
    kVersion,
    kLineEnd,  // behind the CR of the request line
    kFieldBegin,
    kName,
    kBeforeValue,
    kValue,
    kValueEnd,  // behind the CR of a field
    kHeadEnd,   // behind the CR of the empty line
  };

  template <typename Runs>
  Result ScanRequestLine(const uint8_t* head, const uint8_t* end);
  template <typename Runs>
  Result ScanFields(const uint8_t* head, const uint8_t* end, const HeadLimits& limits,
                    Field* fields);
  Result Refuse(Refusal refusal);
  // For a byte that can't stand here: a line break out of place is one, whatever else was expected.
  Result Unexpected(const uint8_t* head, const uint8_t* at, const uint8_t* end, Refusal refusal);
  Result Expecting(const uint8_t* head, const uint8_t* at) {
    at_ = static_cast<uint32_t>(at - head);
    return Result::kIncomplete;
  }
  Refusal CheckTarget(const uint8_t* head) const;

  Stage stage_ = Stage::kMethod;
  Refusal refusal_ = Refusal::kNone;
  uint32_t at_ = 0;
  uint32_t version_ = 0;  // where it begins
  int32_t major_ = 1;
  Field field_{};
  Head head_;
  Framing framing_;
};

}  // namespace edgeloop
