#include "http/head_scanner.h"

#include <cstring>

#include "http/host.h"
#include "http/runs.h"

namespace edgeloop {

namespace {

uint16_t Distance(const uint8_t* from, const uint8_t* to) {
  return static_cast<uint16_t>(to - from);
}

bool IsBlank(uint8_t byte) {
  return byte == ' ' || byte == '\t';
}

template <size_t Size>
bool Equals(const uint8_t* bytes, const char (&text)[Size]) {
  return std::memcmp(bytes, text, Size - 1) == 0;
}

// Methods are case-sensitive (RFC 9110 section 9.1).
Method NumberOf(const uint8_t* method, size_t length) {
  switch (length) {
    case 3:
      if (Equals(method, "GET")) return Method::kGet;
      if (Equals(method, "PUT")) return Method::kPut;
      break;
    case 4:
      if (Equals(method, "POST")) return Method::kPost;
      if (Equals(method, "HEAD")) return Method::kHead;
      break;
    case 5:
      if (Equals(method, "PATCH")) return Method::kPatch;
      break;
    case 6:
      if (Equals(method, "DELETE")) return Method::kDelete;
      break;
    case 7:
      if (Equals(method, "OPTIONS")) return Method::kOptions;
      if (Equals(method, "CONNECT")) return Method::kConnect;
      break;
    default: break;
  }
  return Method::kOther;
}

// Of a scheme that has an authority, which names a host and nobody (RFC 9110
// sections 4.2.1, 4.2.4).
bool IsAbsolute(const uint8_t* target, size_t length) {
  for (const char* scheme : {"http://", "https://"}) {
    size_t size = std::strlen(scheme);
    if (length <= size || !EqualsIgnoringCase(target, size, scheme, size)) continue;
    size_t end = size;
    while (end < length && target[end] != '/' && target[end] != '?') end++;
    size_t host = 0;
    return IsHostAndPort(target + size, end - size, &host) && host > 0;
  }
  return false;
}

// host ":" port, neither of them empty.
bool IsAuthority(const uint8_t* target, size_t length) {
  size_t host = 0;
  return IsHostAndPort(target, length, &host) && host > 0 && length > host + 1;
}

}  // namespace

template <typename Runs>
HeadScanner::Result HeadScanner::Scan(const uint8_t* head, size_t available,
                                      const HeadLimits& limits, Field* fields) {
  const uint8_t* end = head + std::min<size_t>(available, limits.head_bytes);
  Result result = Result::kComplete;
  if (stage_ <= Stage::kLineEnd) result = ScanRequestLine<Runs>(head, end);
  if (result == Result::kComplete) result = ScanFields<Runs>(head, end, limits, fields);
  if (result == Result::kIncomplete && available >= limits.head_bytes) {
    return Refuse(stage_ <= Stage::kLineEnd ? Refusal::kTargetTooLong : Refusal::kHeadTooLarge);
  }
  return result;
}

// RFC 9112 section 3: one space each, and a target without white space or control characters.
// kComplete: of this line.
template <typename Runs>
HeadScanner::Result HeadScanner::ScanRequestLine(const uint8_t* head, const uint8_t* end) {
  const uint8_t* at = head + at_;
  switch (stage_) {
    default:
    case Stage::kMethod:
      at = Runs::Name(at, end);
      if (at == end) return Expecting(head, at);
      if (*at != ' ' || at == head) return Unexpected(head, at, end, Refusal::kBadRequestLine);
      head_.method = {0, Distance(head, at)};
      head_.method_number = NumberOf(head, head_.method.length);
      if (head_.method_number == Method::kHead) head_.flags |= kIsHead;
      at++;
      head_.target.begin = Distance(head, at);
      stage_ = Stage::kTarget;
      [[fallthrough]];
    case Stage::kTarget: {
      at = Runs::Target(at, end);
      if (at == end) return Expecting(head, at);
      const uint8_t* begin = head + head_.target.begin;
      if (*at != ' ' || at == begin) return Unexpected(head, at, end, Refusal::kBadRequestLine);
      head_.target.length = Distance(begin, at);
      at++;
      version_ = Distance(head, at);
      stage_ = Stage::kVersion;
      // Nearly always, and then whole.
      if (end - at > kVersionBytes && Equals(at, "HTTP/1.1")) {
        at += kVersionBytes;
        head_.flags |= kMinorOne;
      }
      [[fallthrough]];
    }
    case Stage::kVersion:
      for (; at < end; at++) {
        ptrdiff_t place = at - head - static_cast<ptrdiff_t>(version_);
        if (place == kVersionBytes) break;
        bool digit = place == 5 || place == 7;
        if (digit ? !Is(*at, kDigit) : *at != static_cast<uint8_t>("HTTP/0.0"[place])) {
          return Unexpected(head, at, end, Refusal::kBadRequestLine);
        }
        if (place == 5) major_ = *at - '0';
        // A higher minor is read as 1.1 (RFC 9110 section 2.5).
        if (place == 7 && *at != '0') head_.flags |= kMinorOne;
      }
      if (at == end) return Expecting(head, at);
      if (*at != '\r') return Unexpected(head, at, end, Refusal::kBadRequestLine);
      at++;
      stage_ = Stage::kLineEnd;
      [[fallthrough]];
    case Stage::kLineEnd:
      if (at == end) return Expecting(head, at);
      if (*at != '\n') return Refuse(Refusal::kBareLineBreak);
      break;
  }
  if (major_ != 1) return Refuse(Refusal::kUnknownVersion);
  Refusal refusal = CheckTarget(head);
  if (refusal != Refusal::kNone) return Refuse(refusal);
  stage_ = Stage::kFieldBegin;
  at_ = static_cast<uint32_t>(at + 1 - head);
  return Result::kComplete;
}

// RFC 9112 section 5: no space before the colon, no control characters in the value, no line that
// begins with white space (obs-fold).
template <typename Runs>
HeadScanner::Result HeadScanner::ScanFields(const uint8_t* head, const uint8_t* end,
                                            const HeadLimits& limits, Field* fields) {
  const uint8_t* at = head + at_;
  for (;;) {
    switch (stage_) {
      default:
      case Stage::kFieldBegin:
        if (at == end) return Expecting(head, at);
        if (*at == '\r') {
          at++;
          stage_ = Stage::kHeadEnd;
          continue;
        }
        if (head_.field_count == limits.fields) return Refuse(Refusal::kHeadTooLarge);
        field_.name.begin = Distance(head, at);
        stage_ = Stage::kName;
        [[fallthrough]];
      case Stage::kName: {
        at = Runs::Name(at, end);
        if (at == end) return Expecting(head, at);
        const uint8_t* begin = head + field_.name.begin;
        if (*at != ':' || at == begin) return Unexpected(head, at, end, Refusal::kBadHeader);
        field_.name.length = Distance(begin, at);
        at++;
        stage_ = Stage::kBeforeValue;
        [[fallthrough]];
      }
      case Stage::kBeforeValue:
        while (at < end && IsBlank(*at)) at++;
        if (at == end) return Expecting(head, at);
        field_.value.begin = Distance(head, at);
        stage_ = Stage::kValue;
        [[fallthrough]];
      case Stage::kValue: {
        at = Runs::Value(at, end);
        if (at == end) return Expecting(head, at);
        if (*at != '\r') return Unexpected(head, at, end, Refusal::kBadHeader);
        const uint8_t* begin = head + field_.value.begin;
        const uint8_t* last = at;
        while (last > begin && IsBlank(last[-1])) last--;
        field_.value.length = Distance(begin, last);
        at++;
        stage_ = Stage::kValueEnd;
        [[fallthrough]];
      }
      case Stage::kValueEnd: {
        if (at == end) return Expecting(head, at);
        if (*at != '\n') return Refuse(Refusal::kBareLineBreak);
        at++;
        stage_ = Stage::kFieldBegin;
        fields[head_.field_count++] = field_;
        Refusal refusal =
            framing_.See(head + field_.name.begin, field_.name.length, head + field_.value.begin,
                         field_.value.length, (head_.flags & kMinorOne) != 0);
        if (refusal != Refusal::kNone) return Refuse(refusal);
        continue;
      }
      case Stage::kHeadEnd: {
        if (at == end) return Expecting(head, at);
        if (*at != '\n') return Refuse(Refusal::kBareLineBreak);
        head_.length = static_cast<uint32_t>(at + 1 - head);
        Refusal refusal = framing_.Conclude(&head_);
        if (refusal != Refusal::kNone) return Refuse(refusal);
        return Result::kComplete;
      }
    }
  }
}

HeadScanner::Result HeadScanner::Refuse(Refusal refusal) {
  refusal_ = refusal;
  return Result::kRefused;
}

HeadScanner::Result HeadScanner::Unexpected(const uint8_t* head, const uint8_t* at,
                                            const uint8_t* end, Refusal refusal) {
  if (*at == '\n') return Refuse(Refusal::kBareLineBreak);
  if (*at != '\r') return Refuse(refusal);
  // Which of the two it is shows in the next byte; until then it stays where it is.
  if (at + 1 == end) return Expecting(head, at);
  return Refuse(at[1] == '\n' ? refusal : Refusal::kBareLineBreak);
}

// RFC 9112 section 3.2: origin-form, absolute-form, `*` for OPTIONS, authority-form for CONNECT.
Refusal HeadScanner::CheckTarget(const uint8_t* head) const {
  const uint8_t* target = head + head_.target.begin;
  size_t length = head_.target.length;
  // A fragment is no part of any of them.
  if (std::memchr(target, '#', length) != nullptr) return Refusal::kBadRequestLine;
  bool good = target[0] == '/' || IsAbsolute(target, length);
  if (head_.method_number == Method::kOptions) good |= length == 1 && target[0] == '*';
  if (head_.method_number == Method::kConnect) good |= IsAuthority(target, length);
  return good ? Refusal::kNone : Refusal::kBadRequestLine;
}

template HeadScanner::Result HeadScanner::Scan<PortableRuns>(const uint8_t*, size_t,
                                                             const HeadLimits&, Field*);
#if defined(__SSE2__) || (defined(__ARM_NEON) && defined(__aarch64__))
template HeadScanner::Result HeadScanner::Scan<FastRuns>(const uint8_t*, size_t, const HeadLimits&,
                                                         Field*);
#endif

}  // namespace edgeloop
