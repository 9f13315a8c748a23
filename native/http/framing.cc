#include "http/framing.h"

#include "http/byte_class.h"
#include "http/host.h"

namespace edgeloop {

namespace {

constexpr size_t kMostDigits = 15;  // exact in a double

bool IsBlank(uint8_t byte) {
  return byte == ' ' || byte == '\t';
}

template <size_t Size>
bool Equals(const uint8_t* bytes, size_t length, const char (&text)[Size]) {
  return EqualsIgnoringCase(bytes, length, text, Size - 1);
}

// Calls `visit` with each element of a list, without the white space around it (RFC 9110 section
// 5.6.1); an empty value has one, empty, element.
template <typename Visit>
void ForEachElement(const uint8_t* value, size_t length, Visit visit) {
  const uint8_t* end = value + length;
  for (const uint8_t* at = value;; at++) {
    const uint8_t* comma = at;
    while (comma < end && *comma != ',') comma++;
    const uint8_t* last = comma;
    while (at < last && IsBlank(*at)) at++;
    while (last > at && IsBlank(last[-1])) last--;
    visit(at, static_cast<size_t>(last - at));
    if (comma == end) return;
    at = comma;
  }
}

}  // namespace

Refusal Framing::See(const uint8_t* name, size_t name_length, const uint8_t* value,
                     size_t value_length, bool minor_one) {
  switch (name_length) {
    case 4:
      if (Equals(name, name_length, "host")) return SeeHost(value, value_length);
      break;
    case 6:
      if (Equals(name, name_length, "expect")) return SeeExpect(value, value_length, minor_one);
      break;
    case 7:
      if (Equals(name, name_length, "upgrade")) upgrade_ = true;
      break;
    case 10:
      if (Equals(name, name_length, "connection")) SeeConnection(value, value_length);
      break;
    case 14:
      if (Equals(name, name_length, "content-length")) return SeeLength(value, value_length);
      break;
    case 17:
      if (Equals(name, name_length, "transfer-encoding")) SeeCodings(value, value_length);
      break;
    default: break;
  }
  return Refusal::kNone;
}

// RFC 9110 section 7.2. One Host at the most (RFC 9112 section 3.2).
Refusal Framing::SeeHost(const uint8_t* value, size_t length) {
  if (has_host_) return Refusal::kBadHost;
  has_host_ = true;
  size_t host = 0;
  return IsHostAndPort(value, length, &host) ? Refusal::kNone : Refusal::kBadHost;
}

Refusal Framing::SeeLength(const uint8_t* value, size_t length) {
  if (length_ >= 0 || length == 0 || length > kMostDigits) return Refusal::kBadLength;
  int64_t number = 0;
  for (size_t i = 0; i < length; i++) {
    if (!Is(value[i], kDigit)) return Refusal::kBadLength;
    number = number * 10 + (value[i] - '0');
  }
  length_ = number;
  return Refusal::kNone;
}

void Framing::SeeCodings(const uint8_t* value, size_t length) {
  ForEachElement(value, length, [this](const uint8_t* element, size_t size) {
    if (size == 0 || last_is_chunked_) bad_codings_ = true;
    last_is_chunked_ = Equals(element, size, "chunked");
    codings_++;
  });
}

void Framing::SeeConnection(const uint8_t* value, size_t length) {
  ForEachElement(value, length, [this](const uint8_t* element, size_t size) {
    if (Equals(element, size, "close")) close_ = true;
    if (Equals(element, size, "keep-alive")) keep_alive_ = true;
    if (Equals(element, size, "upgrade")) names_upgrade_ = true;
  });
}

Refusal Framing::SeeExpect(const uint8_t* value, size_t length, bool minor_one) {
  // RFC 9110 section 10.1.1: a 1.0 client's expectation is ignored.
  if (!minor_one) return Refusal::kNone;
  if (!Equals(value, length, "100-continue")) return Refusal::kUnknownExpectation;
  expects_continue_ = true;
  return Refusal::kNone;
}

Refusal Framing::Conclude(Head* head) const {
  bool minor_one = (head->flags & kMinorOne) != 0;
  if (!has_host_ && minor_one) return Refusal::kBadHost;
  Refusal refusal = ConcludeBody(head);
  if (refusal != Refusal::kNone) return refusal;
  if (!close_ && (minor_one || keep_alive_)) head->flags |= kKeepAlive;
  if (expects_continue_ && (head->flags & kHasBody) != 0) head->flags |= kExpectsContinue;
  if (upgrade_ && names_upgrade_ && minor_one) head->flags |= kUpgradeWanted;
  return Refusal::kNone;
}

Refusal Framing::ConcludeBody(Head* head) const {
  if (codings_ == 0) {
    head->content_length = length_ < 0 ? 0 : length_;
    if (length_ > 0) head->flags |= kHasBody;
    return Refusal::kNone;
  }
  if (length_ >= 0) return Refusal::kBadLength;
  if ((head->flags & kMinorOne) == 0) return Refusal::kBadCoding;
  if (codings_ == 1 && last_is_chunked_) {
    head->flags |= kHasBody | kChunkedBody;
    return Refusal::kNone;
  }
  return bad_codings_ ? Refusal::kBadCoding : Refusal::kUnknownCoding;
}

}  // namespace edgeloop
