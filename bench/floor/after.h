#pragma once

#include <cstdint>

namespace floor_server {

// What becomes of a connection once all that was answered is with the kernel.
enum class After : uint8_t {
  kAwait,   // the next request
  kResume,  // there is more to send when the socket can take it
  kClose,
};

// Of a connection about which nothing has to be remembered.
struct Nothing {};

}  // namespace floor_server
