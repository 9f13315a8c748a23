#include "http_body.h"

#include <algorithm>
#include <cstring>

namespace load {
namespace {

constexpr uint8_t kMostDigits = 10;
constexpr size_t kLongestLine = 16 * 1024;

int HexDigit(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  const char lower = static_cast<char>(byte | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Fault WrongLength(size_t length, const HttpBodyRule& rule, std::string* story) {
  *story = "a body of " + std::to_string(length) + " bytes, not " + std::to_string(rule.length);
  return Fault::kLength;
}

}  // namespace

Fault HttpBody::Begin(const HttpHead& head, const HttpBodyRule& rule, std::string* story) {
  at_ = 0;
  digits_ = 0;
  line_ = 0;
  return_seen_ = false;
  due_ = head.chunked ? 0 : head.length;
  part_ = head.chunked ? Part::kSize : head.length > 0 ? Part::kPlain : Part::kWhole;
  if (head.chunked || rule.length < 0 || head.length == static_cast<size_t>(rule.length))
    return Fault::kNone;
  return WrongLength(head.length, rule, story);
}

Fault HttpBody::Take(const char** data, size_t* length, const HttpBodyRule& rule,
                     std::string* story) {
  while (*length > 0 && !whole()) {
    if (part_ == Part::kPlain || part_ == Part::kChunk) {
      const Fault fault = TakeBytes(data, length, rule, story);
      if (fault != Fault::kNone) return fault;
      continue;
    }
    if (!TakeFraming(**data)) {
      *story = "no valid chunk after " + std::to_string(at_) + " bytes of the body";
      return Fault::kMalformed;
    }
    *data += 1;
    *length -= 1;
    if (whole()) return End(rule, story);
  }
  return Fault::kNone;
}

Fault HttpBody::TakeBytes(const char** data, size_t* length, const HttpBodyRule& rule,
                          std::string* story) {
  const size_t part = std::min(*length, due_);
  if (!rule.bytes.empty()) {
    const size_t known = std::min(part, rule.bytes.size() - std::min(at_, rule.bytes.size()));
    if (known < part) return WrongLength(at_ + part, rule, story);
    const char* expected = rule.bytes.data() + at_;
    if (std::memcmp(*data, expected, part) != 0) {
      const auto differing = std::mismatch(expected, expected + part, *data).first - expected;
      *story = "byte " + std::to_string(at_ + static_cast<size_t>(differing)) + " of the body";
      return Fault::kWrong;
    }
  }
  *data += part;
  *length -= part;
  at_ += part;
  due_ -= part;
  if (due_ == 0) part_ = part_ == Part::kPlain ? Part::kWhole : Part::kChunkEnd;
  return Fault::kNone;
}

// A byte of what stands around chunks; false where it has no business there.
bool HttpBody::TakeFraming(char byte) {
  if (return_seen_) {
    return_seen_ = false;
    return byte == '\n' && EndLine();
  }
  if (byte == '\r') {
    return_seen_ = true;
    return true;
  }
  if (part_ == Part::kSize) return TakeDigit(byte);
  if (part_ == Part::kChunkEnd || byte == '\n') return false;
  line_ += 1;
  return line_ <= kLongestLine;
}

bool HttpBody::TakeDigit(char byte) {
  if (byte == ';' && digits_ > 0) {
    part_ = Part::kExtension;
    return true;
  }
  const int digit = HexDigit(byte);
  digits_ += 1;
  due_ = due_ * 16 + static_cast<size_t>(std::max(digit, 0));
  return digit >= 0 && digits_ <= kMostDigits;
}

bool HttpBody::EndLine() {
  const bool empty = line_ == 0;
  line_ = 0;
  switch (part_) {
    case Part::kSize:
      if (digits_ == 0) return false;
      [[fallthrough]];
    case Part::kExtension: part_ = due_ > 0 ? Part::kChunk : Part::kTrailer; return true;
    case Part::kChunkEnd:
      part_ = Part::kSize;
      digits_ = 0;
      return true;
    default:
      if (empty) part_ = Part::kWhole;
      return true;
  }
}

// Of a chunked body the length is known only now.
Fault HttpBody::End(const HttpBodyRule& rule, std::string* story) {
  if (rule.length < 0 || at_ == static_cast<size_t>(rule.length)) return Fault::kNone;
  return WrongLength(at_, rule, story);
}

}  // namespace load
