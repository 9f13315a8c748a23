#pragma once

#include <cstddef>
#include <cstdint>

#include "http/head.h"

namespace edgeloop {

// Takes a chunked body apart (RFC 9112 section 7.1), byte by byte but for the data itself, so that
// any split of the input comes to the same. Extensions and trailers are checked as the grammar has
// them, and passed over, within limits. Plain data.
class Chunks {
 public:
  // Hex digits of a size, zeros in front included.
  static constexpr uint8_t kMostDigits = 16;
  // The longest line of a size with its extensions, with CR LF.
  static constexpr uint32_t kLongestLine = 4096;
  // Bytes that the extensions of a body may be more than its data: RFC 9112 section 7.1.1 has a
  // server limit them, since nobody else counts them.
  static constexpr int64_t kMostExtensions = 16 * 1024;

  enum class Result {
    kMore,     // all was taken
    kData,     // a piece of the body begins at `*at`: `*data` bytes, which Skip() is to be told of
    kEnd,      // the body ended at `*at`
    kRefused,  // refusal() says why
  };

  // Goes on with [*at, end) up to what it has to tell. The trailer section is held to the limits of
  // a head.
  Result Take(const uint8_t** at, const uint8_t* end, const HeadLimits& limits, size_t* data);
  Refusal refusal() const { return refusal_; }

 private:
  enum class Stage : uint8_t {
    kSizeBegin,
    kSize,
    kBlank,  // white space behind a size or a value: only an extension may follow
    kExtensionBegin,
    kExtensionName,
    kBlankAfterName,
    kValueBegin,
    kValue,
    kQuoted,
    kEscaped,
    kQuotedEnd,
    kSizeEnd,  // behind the CR
    kData,
    kDataCr,
    kDataLf,
    kTrailerBegin,
    kTrailerName,
    kTrailerValue,
    kTrailerEnd,  // behind the CR
    kLastLf,
    kDone,
  };

  Result Refuse(Refusal refusal);
  // One byte of anything but data; false where it can't stand here.
  bool Step(uint8_t byte);
  bool StepSize(uint8_t byte);
  bool StepExtension(uint8_t byte);
  // Behind a size, a name or a value.
  bool EndsPart(uint8_t byte, Stage blank);
  bool StepTrailer(uint8_t byte);

  Stage stage_ = Stage::kSizeBegin;
  uint8_t digits_ = 0;
  Refusal refusal_ = Refusal::kNone;
  uint32_t line_ = 0;
  uint32_t trailers_ = 0;        // bytes
  uint32_t trailer_fields_ = 0;  //
  int64_t left_ = 0;             // of this chunk
  int64_t total_ = 0;            // of the body, as far as sizes have been read
  int64_t extensions_ = 0;       // bytes of all of them
};

}  // namespace edgeloop
