#include <cstdlib>
#include <cstring>

#include "server.h"

namespace libuv_server {
namespace {

char slab[64 * 1024];

void Allocate(uv_handle_t*, size_t, uv_buf_t* buffer) {
  *buffer = uv_buf_init(slab, sizeof slab);
}

// The bytes stand behind the request, in the same piece of memory.
void OnLate(uv_write_t* request, int status);
void Read(uv_stream_t* connection, ssize_t length, const uv_buf_t* buffer);

// What the kernel did not take is copied and waits, and the peer is not read meanwhile.
void WriteLate(uv_stream_t* connection, const char* data, size_t length) {
  auto* request = static_cast<uv_write_t*>(std::malloc(sizeof(uv_write_t) + length));
  if (request == nullptr) return Close(connection);
  char* copy = reinterpret_cast<char*>(request + 1);
  std::memcpy(copy, data, length);
  uv_buf_t rest = uv_buf_init(copy, static_cast<unsigned>(length));
  uv_read_stop(connection);
  if (uv_write(request, connection, &rest, 1, OnLate) == 0) return;
  std::free(request);
  Close(connection);
}

void OnLate(uv_write_t* request, int status) {
  uv_stream_t* connection = request->handle;
  std::free(request);
  if (status != 0) return Close(connection);
  uv_read_start(connection, Allocate, Read);
}

void Read(uv_stream_t* connection, ssize_t length, const uv_buf_t* buffer) {
  if (length == 0) return;
  if (length < 0) return Close(connection);
  uv_buf_t answer = uv_buf_init(buffer->base, static_cast<unsigned>(length));
  const int sent = uv_try_write(connection, &answer, 1);
  if (sent < 0 && sent != UV_EAGAIN) return Close(connection);
  const size_t taken = sent < 0 ? 0 : static_cast<size_t>(sent);
  if (taken == answer.len) return;
  WriteLate(connection, buffer->base + taken, answer.len - taken);
}

}  // namespace

const Way kTuned = {Allocate, Read};

}  // namespace libuv_server
