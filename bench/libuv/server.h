#pragma once

#include <uv.h>

namespace libuv_server {

// What a way of echoing does with a connection; the rest is the same for both.
struct Way {
  uv_alloc_cb allocate;
  uv_read_cb read;
};

// A buffer that all connections share, and uv_try_write: nothing is allocated for a message.
extern const Way kTuned;

// As libuv's own guide has it: memory for every read, a request for every write.
extern const Way kGuide;

// Closes a connection, and frees it once libuv has let go of it.
void Close(uv_stream_t* connection);

}  // namespace libuv_server
