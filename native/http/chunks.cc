#include "http/chunks.h"

#include <algorithm>

#include "http/byte_class.h"

namespace edgeloop {

namespace {

bool IsBlank(uint8_t byte) {
  return byte == ' ' || byte == '\t';
}

int64_t ValueOf(uint8_t hex) {
  return hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}

}  // namespace

Chunks::Result Chunks::Take(const uint8_t** at, const uint8_t* end, const HeadLimits& limits,
                            size_t* data) {
  while (*at < end) {
    if (stage_ == Stage::kData) {
      size_t room = static_cast<size_t>(end - *at);
      *data = static_cast<size_t>(std::min<int64_t>(left_, static_cast<int64_t>(room)));
      left_ -= static_cast<int64_t>(*data);
      if (left_ == 0) stage_ = Stage::kDataCr;
      return Result::kData;
    }
    bool sized = stage_ == Stage::kSizeEnd;
    if (!Step(**at) || line_ > kLongestLine || extensions_ > kMostExtensions + total_) {
      return Refuse(Refusal::kBadChunk);
    }
    if (trailers_ > limits.head_bytes || trailer_fields_ > limits.fields) {
      return Refuse(Refusal::kHeadTooLarge);
    }
    if (sized) {
      total_ += left_;
      if (total_ > limits.body_bytes) return Refuse(Refusal::kBodyTooLarge);
    }
    (*at)++;
    if (stage_ == Stage::kDone) return Result::kEnd;
  }
  return Result::kMore;
}

bool Chunks::Step(uint8_t byte) {
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
    case Stage::kLastLf: trailers_++; return StepTrailer(byte);
    case Stage::kSizeBegin:
    case Stage::kSize:
    case Stage::kSizeEnd: line_++; return StepSize(byte);
    default:
      line_++;
      extensions_++;
      return StepExtension(byte);
  }
}

// The size in hex.
bool Chunks::StepSize(uint8_t byte) {
  switch (stage_) {
    case Stage::kSizeBegin:
      digits_ = 0;
      left_ = 0;
      stage_ = Stage::kSize;
      if (!Is(byte, kHexDigit)) return false;
      [[fallthrough]];
    case Stage::kSize:
      if (!Is(byte, kHexDigit)) return EndsPart(byte, Stage::kBlank);
      // What is beyond every limit stays beyond it.
      if (left_ <= HeadLimits::kMostBody) left_ = left_ * 16 + ValueOf(byte);
      return ++digits_ <= kMostDigits;
    default:  // kSizeEnd
      line_ = 0;
      stage_ = left_ == 0 ? Stage::kTrailerBegin : Stage::kData;
      return byte == '\n';
  }
}

// RFC 9112 section 7.1.1: names with or without a value, which is a token or a quoted string. White
// space may stand where it may stand between them, and nowhere else.
bool Chunks::StepExtension(uint8_t byte) {
  switch (stage_) {
    case Stage::kBlank:
      if (byte == ';') stage_ = Stage::kExtensionBegin;
      return byte == ';' || IsBlank(byte);
    case Stage::kExtensionBegin:
      if (IsBlank(byte)) return true;
      stage_ = Stage::kExtensionName;
      return Is(byte, kToken);
    case Stage::kExtensionName:
      if (byte == '=') stage_ = Stage::kValueBegin;
      return byte == '=' || Is(byte, kToken) || EndsPart(byte, Stage::kBlankAfterName);
    case Stage::kBlankAfterName:
      if (byte == '=') stage_ = Stage::kValueBegin;
      if (byte == ';') stage_ = Stage::kExtensionBegin;
      return byte == '=' || byte == ';' || IsBlank(byte);
    case Stage::kValueBegin:
      if (IsBlank(byte)) return true;
      stage_ = byte == '"' ? Stage::kQuoted : Stage::kValue;
      return byte == '"' || Is(byte, kToken);
    case Stage::kValue: return Is(byte, kToken) || EndsPart(byte, Stage::kBlank);
    case Stage::kQuoted:
      if (byte == '"') stage_ = Stage::kQuotedEnd;
      if (byte == '\\') stage_ = Stage::kEscaped;
      return Is(byte, kValueByte);
    case Stage::kEscaped: stage_ = Stage::kQuoted; return Is(byte, kValueByte);
    default: return EndsPart(byte, Stage::kBlank);  // kQuotedEnd
  }
}

bool Chunks::EndsPart(uint8_t byte, Stage blank) {
  if (byte == '\r') stage_ = Stage::kSizeEnd;
  if (byte == ';') stage_ = Stage::kExtensionBegin;
  if (IsBlank(byte)) stage_ = blank;
  return byte == '\r' || byte == ';' || IsBlank(byte);
}

// RFC 9112 section 7.1.2: fields as those of a head.
bool Chunks::StepTrailer(uint8_t byte) {
  switch (stage_) {
    case Stage::kTrailerBegin:
      stage_ = byte == '\r' ? Stage::kLastLf : Stage::kTrailerName;
      if (byte != '\r') trailer_fields_++;
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
