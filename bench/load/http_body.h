#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "http_head.h"
#include "tally.h"

namespace load {

// What every body must be, where that is known.
struct HttpBodyRule {
  int64_t length = -1;  // -1: whatever the head says
  std::string bytes;    // compared byte for byte; empty: any
};

// The body of one answer, in whatever pieces it comes: as long as its head says, or in chunks
// (RFC 9112 section 7.1).
class HttpBody {
 public:
  // A body begins. A Content-Length other than expected is a fault at once.
  Fault Begin(const HttpHead& head, const HttpBodyRule& rule, std::string* story);

  // Takes what belongs to the body from the front of `data`, and moves both on.
  Fault Take(const char** data, size_t* length, const HttpBodyRule& rule, std::string* story);

  // Whether it is complete.
  bool whole() const { return part_ == Part::kWhole; }
  // Its bytes so far, without their coding.
  size_t bytes() const { return at_; }

 private:
  enum class Part : uint8_t { kWhole, kPlain, kSize, kExtension, kChunk, kChunkEnd, kTrailer };

  Fault TakeBytes(const char** data, size_t* length, const HttpBodyRule& rule, std::string* story);
  bool TakeFraming(char byte);
  bool TakeDigit(char byte);
  bool EndLine();
  Fault End(const HttpBodyRule& rule, std::string* story);

  Part part_ = Part::kWhole;
  bool return_seen_ = false;  // of a line's CR LF
  uint8_t digits_ = 0;        // of a chunk's size
  size_t line_ = 0;           // bytes of a trailer's line or of an extension
  size_t due_ = 0;            // of the body, or of its chunk
  size_t at_ = 0;
};

}  // namespace load
