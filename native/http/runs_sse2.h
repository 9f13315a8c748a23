#pragma once

#include <emmintrin.h>

#include "http/byte_class.h"

namespace edgeloop {

// Sixteen bytes at a time with SSE2, which every x86-64 has. Nothing is read at or beyond `end`.
struct Sse2Runs {
  static constexpr const char* kName = "sse2";

  // The letters, digits and hyphens of nearly all names; what else a token may hold is looked up.
  static const uint8_t* Name(const uint8_t* at, const uint8_t* end) {
    for (; end - at >= 16; at += 16) {
      __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      __m128i small = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
      // Signed: bytes beyond ASCII lie below all of these.
      __m128i letter = _mm_and_si128(_mm_cmpgt_epi8(small, _mm_set1_epi8('a' - 1)),
                                     _mm_cmplt_epi8(small, _mm_set1_epi8('z' + 1)));
      __m128i digit = _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('0' - 1)),
                                    _mm_cmplt_epi8(bytes, _mm_set1_epi8('9' + 1)));
      __m128i hyphen = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-'));
      __m128i good = _mm_or_si128(_mm_or_si128(letter, digit), hyphen);
      unsigned mask = ~static_cast<unsigned>(_mm_movemask_epi8(good)) & 0xffffu;
      if (mask == 0) continue;
      at += __builtin_ctz(mask);
      return Is(*at, kToken) ? PortableRuns::Name(at, end) : at;
    }
    return PortableRuns::Name(at, end);
  }

  static const uint8_t* Value(const uint8_t* at, const uint8_t* end) {
    const __m128i unit_separator = _mm_set1_epi8(0x1f);
    const __m128i tab = _mm_set1_epi8('\t');
    const __m128i del = _mm_set1_epi8(0x7f);
    for (; end - at >= 16; at += 16) {
      __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      // Unsigned: the smaller of a byte and 0x1f is the byte itself where it is a control.
      __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, unit_separator), bytes);
      __m128i bad = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), control),
                                 _mm_cmpeq_epi8(bytes, del));
      unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(bad));
      if (mask != 0) return at + __builtin_ctz(mask);
    }
    return PortableRuns::Value(at, end);
  }

  static const uint8_t* Target(const uint8_t* at, const uint8_t* end) {
    const __m128i space = _mm_set1_epi8(0x20);
    const __m128i del = _mm_set1_epi8(0x7f);
    for (; end - at >= 16; at += 16) {
      __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      // Signed: 0x21 to 0x7e lie above the space and below DEL, bytes beyond ASCII below both.
      __m128i good = _mm_and_si128(_mm_cmpgt_epi8(bytes, space), _mm_cmplt_epi8(bytes, del));
      unsigned mask = ~static_cast<unsigned>(_mm_movemask_epi8(good)) & 0xffffu;
      if (mask != 0) return at + __builtin_ctz(mask);
    }
    return PortableRuns::Target(at, end);
  }
};

}  // namespace edgeloop
