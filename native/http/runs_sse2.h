#pragma once

#include <emmintrin.h>

#include "http/byte_class.h"

namespace edgeloop {

// Sixteen bytes at a time with SSE2, which every x86-64 has. Nothing is read at or beyond `end`.
struct Sse2Runs {
  static constexpr const char* kName = "sse2";

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
