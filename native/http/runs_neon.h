#pragma once

#include <arm_neon.h>

#include "http/byte_class.h"

namespace edgeloop {

// Sixteen bytes at a time with NEON, which every arm64 has. Nothing is read at or beyond `end`.
struct NeonRuns {
  static constexpr const char* kName = "neon";

  // The place of the first byte whose lane is all ones, 16 where there is none.
  static unsigned FirstOf(uint8x16_t lanes) {
    // Four bits remain of each lane: NEON has no movemask.
    uint64_t nibbles =
        vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(lanes), 4)), 0);
    return nibbles == 0 ? 16u : static_cast<unsigned>(__builtin_ctzll(nibbles)) / 4;
  }

  // The letters, digits and hyphens of nearly all names; what else a token may hold is looked up.
  static const uint8_t* Name(const uint8_t* at, const uint8_t* end) {
    for (; end - at >= 16; at += 16) {
      uint8x16_t bytes = vld1q_u8(at);
      // Letters in either case become 0 to 25, digits 0 to 9; all others wrap to more.
      uint8x16_t letter = vsubq_u8(vorrq_u8(bytes, vdupq_n_u8(0x20)), vdupq_n_u8('a'));
      uint8x16_t digit = vsubq_u8(bytes, vdupq_n_u8('0'));
      uint8x16_t good = vorrq_u8(vcltq_u8(letter, vdupq_n_u8(26)), vcltq_u8(digit, vdupq_n_u8(10)));
      unsigned first = FirstOf(vmvnq_u8(vorrq_u8(good, vceqq_u8(bytes, vdupq_n_u8('-')))));
      if (first == 16) continue;
      at += first;
      return Is(*at, kToken) ? PortableRuns::Name(at, end) : at;
    }
    return PortableRuns::Name(at, end);
  }

  static const uint8_t* Value(const uint8_t* at, const uint8_t* end) {
    for (; end - at >= 16; at += 16) {
      uint8x16_t bytes = vld1q_u8(at);
      uint8x16_t control = vcltq_u8(bytes, vdupq_n_u8(0x20));
      uint8x16_t bad = vorrq_u8(vbicq_u8(control, vceqq_u8(bytes, vdupq_n_u8('\t'))),
                                vceqq_u8(bytes, vdupq_n_u8(0x7f)));
      unsigned first = FirstOf(bad);
      if (first < 16) return at + first;
    }
    return PortableRuns::Value(at, end);
  }

  static const uint8_t* Target(const uint8_t* at, const uint8_t* end) {
    for (; end - at >= 16; at += 16) {
      uint8x16_t bytes = vld1q_u8(at);
      // 0x21 to 0x7e become 0 to 0x5d; all others wrap to more.
      uint8x16_t moved = vsubq_u8(bytes, vdupq_n_u8(0x21));
      unsigned first = FirstOf(vcgtq_u8(moved, vdupq_n_u8(0x5d)));
      if (first < 16) return at + first;
    }
    return PortableRuns::Target(at, end);
  }
};

}  // namespace edgeloop
