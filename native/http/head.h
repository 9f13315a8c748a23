#pragma once

#include <cstddef>
#include <cstdint>

namespace edgeloop {

// Why a request is not served. lib/http/refusal.ts has the same order.
enum class Refusal : int32_t {
  kNone = -1,
  kBadRequestLine = 0,
  kBadHeader,
  kBareLineBreak,
  kBadHost,
  kBadLength,
  kBadCoding,
  kBadChunk,
  kBodyTooLarge,
  kTargetTooLong,
  kUnknownExpectation,
  kHeadTooLarge,
  kUnknownCoding,
  kUnknownVersion,
};

// What a server allows. A head is at most 65,535 bytes, so that a place in it fits 16 bits.
struct HeadLimits {
  static constexpr uint32_t kMostBytes = 0xffff;
  // No more fit into that many bytes.
  static constexpr uint32_t kMostFields = kMostBytes / 4;
  static constexpr int64_t kMostBody = 0x1fffffffffffff;

  uint32_t head_bytes = 16 * 1024;
  uint32_t fields = 100;
  int64_t body_bytes = 1024 * 1024;
};

// Facts of a head. lib/http/head.ts has the same numbers.
enum HeadFlag : int32_t {
  kMinorOne = 1 << 0,         // HTTP/1.1 or a higher minor; else 1.0
  kKeepAlive = 1 << 1,        // another request can follow on the connection
  kHasBody = 1 << 2,          // chunked, or a Content-Length above 0
  kChunkedBody = 1 << 3,      //
  kExpectsContinue = 1 << 4,  // the client waits for 100 before it sends the body
  kUpgradeWanted = 1 << 5,    // Upgrade, and Connection names it
  kIsHead = 1 << 6,           // the method is HEAD
};

// Methods by number, so that JavaScript has their names without making a string. The order is that
// of lib/http/head.ts; 0 is any other.
enum class Method : uint8_t {
  kOther,
  kGet,
  kHead,
  kPost,
  kPut,
  kDelete,
  kOptions,
  kPatch,
  kConnect
};

// A range within a head, counted from its first byte.
struct Range {
  uint16_t begin;
  uint16_t length;
};

struct Field {
  Range name;
  Range value;  // without the white space around it
};

// A checked head: where its parts are, and what frames the message.
struct Head {
  uint32_t length = 0;  // of it all, with the empty line
  int32_t flags = 0;
  Method method_number = Method::kOther;
  Range method{};
  Range target{};
  int64_t content_length = 0;
  uint32_t field_count = 0;
};

}  // namespace edgeloop
