#pragma once

#include "http/head.h"

namespace edgeloop {

// What the fields of a head say of where the message ends and whether the connection goes on: RFC
// 9112 section 6.3 without any benefit of the doubt. Told of each field as it comes; plain data, so
// that a head that has come by halves can be put aside.
class Framing {
 public:
  // For the fields that matter here; any other is passed over at the cost of a comparison of its
  // length.
  Refusal See(const uint8_t* name, size_t name_length, const uint8_t* value, size_t value_length,
              bool minor_one);
  // Once all fields have been seen: completes `head`.
  Refusal Conclude(Head* head) const;

 private:
  Refusal SeeHost(const uint8_t* value, size_t length);
  Refusal SeeLength(const uint8_t* value, size_t length);
  void SeeCodings(const uint8_t* value, size_t length);
  void SeeConnection(const uint8_t* value, size_t length);
  Refusal SeeExpect(const uint8_t* value, size_t length, bool minor_one);
  Refusal ConcludeBody(Head* head) const;

  int64_t length_ = -1;  // -1: none
  uint32_t codings_ = 0;
  bool has_host_ = false;
  bool last_is_chunked_ = false;
  bool bad_codings_ = false;  // an empty one, or one behind chunked
  bool close_ = false;
  bool keep_alive_ = false;
  bool names_upgrade_ = false;
  bool upgrade_ = false;
  bool expects_continue_ = false;
};

}  // namespace edgeloop
