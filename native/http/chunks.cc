#include "http/chunks.h"

#include <algorithm>

#include "http/byte_class.h"

namespace edgeloop {

namespace {

constexpr uint8_t kMostDigits = 12;  // exact in a double

bool IsBlank(uint8_t byte) {
  return byte == ' ' || byte == '\t';
}

int64_t ValueOf(uint8_t hex) {
  return hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}

}  // namespace

Chunks::Result Chunks::Take(const uint8_t** at, const uint8_t* end, int64_t limit, size_t* data) {
  while (*at < end) {
    if (stage_ == Stage::kData) {
      size_t room = static_cast<size_t>(end - *at);
      *data = static_cast<size_t>(std::min<int64_t>(left_, static_cast<int64_t>(room)));
      left_ -= static_cast<int64_t>(*data);
      if (left_ == 0) stage_ = Stage::kDataCr;
      return Result::kData;
    }
    bool sized = stage_ == Stage::kSizeEnd;
    if (!Step(**at) || line_ > kLongestLine || trailers_ > kMostTrailers) {
      return Refuse(Refusal::kBadChunk);
    }
    if (sized) {
      total_ += left_;
      if (total_ > limit) return Refuse(Refusal::kBodyTooLarge);
    }
    (*at)++;
    if (stage_ == Stage::kDone) return Result::kEnd;
  }
  return Result::kMore;
}

bool Chunks::Step(uint8_t byte) {
  line_++;
  switch (stage_) {
    case Stage::kDataCr: stage_ = Stage::kDataLf; return byte == '\r';
    case Stage::kDataLf:
      line_ = 0;
      stage_ = Stage::kSizeBegin;
      return byte == '\n';
    case Stage::kTrailerBegin:
    case Stage::kTrailerName:
    case Stage::kTrailerValue:
    case Stage::kTrailerEnd:
    case Stage::kLastLf: return StepTrailer(byte);
    default: return StepSize(byte);
  }
}

// The size in hex; extensions are passed over, but not control characters.
bool Chunks::StepSize(uint8_t byte) {
  switch (stage_) {
    case Stage::kSizeBegin:
      digits_ = 0;
      left_ = 0;
      stage_ = Stage::kSize;
      if (!Is(byte, kHexDigit)) return false;
      [[fallthrough]];
    case Stage::kSize:
      if (Is(byte, kHexDigit)) {
        left_ = left_ * 16 + ValueOf(byte);
        return ++digits_ <= kMostDigits;
      }
      if (byte == '\r') {
        stage_ = Stage::kSizeEnd;
        return true;
      }
      [[fallthrough]];
    case Stage::kBeforeExtension:
      stage_ = byte == ';' ? Stage::kExtension : Stage::kBeforeExtension;
      return byte == ';' || IsBlank(byte);
    case Stage::kExtension:
      if (byte == '\r') stage_ = Stage::kSizeEnd;
      return byte == '\r' || Is(byte, kValueByte);
    default:  // kSizeEnd
      line_ = 0;
      stage_ = left_ == 0 ? Stage::kTrailerBegin : Stage::kData;
      return byte == '\n';
  }
}

bool Chunks::StepTrailer(uint8_t byte) {
  trailers_++;
  switch (stage_) {
    case Stage::kTrailerBegin:
      line_ = 1;
      stage_ = byte == '\r' ? Stage::kLastLf : Stage::kTrailerName;
      return byte == '\r' || Is(byte, kToken);
    case Stage::kTrailerName:
      if (byte == ':') stage_ = Stage::kTrailerValue;
      return byte == ':' || Is(byte, kToken);
    case Stage::kTrailerValue:
      if (byte == '\r') stage_ = Stage::kTrailerEnd;
      return byte == '\r' || Is(byte, kValueByte);
    case Stage::kTrailerEnd: stage_ = Stage::kTrailerBegin; return byte == '\n';
    default:  // kLastLf
      stage_ = Stage::kDone;
      return byte == '\n';
  }
}

Chunks::Result Chunks::Refuse(Refusal refusal) {
  refusal_ = refusal;
  return Result::kRefused;
}

}  // namespace edgeloop
