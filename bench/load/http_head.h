#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tally.h"

namespace load {

// What the head of an answer says about its body.
struct HttpHead {
  bool chunked = false;
  size_t length = 0;  // where it is not chunked
};

// Reads a whole head, its empty line included. Status 200 and one sound framing (RFC 9112 section
// 6) or a fault, with its story.
Fault ReadHttpHead(std::string_view text, HttpHead* head, std::string* story);

}  // namespace load
