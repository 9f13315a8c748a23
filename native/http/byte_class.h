#pragma once

#include <cstddef>
#include <cstdint>

namespace edgeloop {

// Classes of bytes, one bit each in a table of 256.
enum ByteClass : uint8_t {
  kToken = 1 << 0,       // RFC 9110 section 5.6.2
  kHostName = 1 << 1,    // RFC 3986 section 3.2.2, reg-name, with the % of an escape
  kHexDigit = 1 << 2,    // both cases
  kDigit = 1 << 3,       //
  kValueByte = 1 << 4,   // RFC 9110 section 5.5: visible, obs-text, space, tab
  kTargetByte = 1 << 5,  // visible ASCII
};

struct ByteClasses {
  uint8_t of[256];
};

constexpr bool IsOneOf(uint8_t byte, const char* signs) {
  for (; *signs != 0; signs++) {
    if (static_cast<uint8_t>(*signs) == byte) return true;
  }
  return false;
}

constexpr ByteClasses MakeByteClasses() {
  ByteClasses classes{};
  for (int i = 0; i < 256; i++) {
    uint8_t byte = static_cast<uint8_t>(i);
    bool digit = byte >= '0' && byte <= '9';
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    bool hex = digit || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
    uint8_t bits = 0;
    if (digit || letter || IsOneOf(byte, "!#$%&'*+-.^_`|~")) bits |= kToken;
    if (digit || letter || IsOneOf(byte, "-._~%!$&'()*+,;=")) bits |= kHostName;
    if (hex) bits |= kHexDigit;
    if (digit) bits |= kDigit;
    if (byte == '\t' || (byte >= 0x20 && byte != 0x7f)) bits |= kValueByte;
    if (byte > 0x20 && byte < 0x7f) bits |= kTargetByte;
    classes.of[i] = bits;
  }
  return classes;
}

inline constexpr ByteClasses kByteClasses = MakeByteClasses();

inline bool Is(uint8_t byte, ByteClass wanted) {
  return (kByteClasses.of[byte] & wanted) != 0;
}

inline uint8_t LowerCase(uint8_t byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<uint8_t>(byte | 0x20) : byte;
}

// Whether `bytes` are `text`, which is in small letters, in any case.
inline bool EqualsIgnoringCase(const uint8_t* bytes, size_t length, const char* text,
                               size_t text_length) {
  if (length != text_length) return false;
  for (size_t i = 0; i < length; i++) {
    if (LowerCase(bytes[i]) != static_cast<uint8_t>(text[i])) return false;
  }
  return true;
}

// How far a run of one class reaches, byte by byte: what the vector versions are tested against.
struct PortableRuns {
  static constexpr const char* kName = "portable";

  static const uint8_t* Name(const uint8_t* at, const uint8_t* end) {
    while (at < end && Is(*at, kToken)) at++;
    return at;
  }
  static const uint8_t* Value(const uint8_t* at, const uint8_t* end) {
    while (at < end && Is(*at, kValueByte)) at++;
    return at;
  }
  static const uint8_t* Target(const uint8_t* at, const uint8_t* end) {
    while (at < end && Is(*at, kTargetByte)) at++;
    return at;
  }
};

}  // namespace edgeloop
