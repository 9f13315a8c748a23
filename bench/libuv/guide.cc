#include <cstdlib>

#include "server.h"

namespace libuv_server {
namespace {

struct Write {
  uv_write_t request;
  char* bytes;
};

void Allocate(uv_handle_t*, size_t suggested, uv_buf_t* buffer) {
  auto* bytes = static_cast<char*>(std::malloc(suggested));
  *buffer = uv_buf_init(bytes, bytes == nullptr ? 0 : static_cast<unsigned>(suggested));
}

void OnWritten(uv_write_t* request, int status) {
  uv_stream_t* connection = request->handle;
  auto* write = reinterpret_cast<Write*>(request);
  std::free(write->bytes);
  std::free(write);
  if (status != 0) Close(connection);
}

void Read(uv_stream_t* connection, ssize_t length, const uv_buf_t* buffer) {
  if (length <= 0) {
    std::free(buffer->base);
    if (length < 0) Close(connection);
    return;
  }
  auto* write = static_cast<Write*>(std::malloc(sizeof(Write)));
  if (write == nullptr) {
    std::free(buffer->base);
    return Close(connection);
  }
  write->bytes = buffer->base;
  uv_buf_t answer = uv_buf_init(buffer->base, static_cast<unsigned>(length));
  if (uv_write(&write->request, connection, &answer, 1, OnWritten) == 0) return;
  std::free(write->bytes);
  std::free(write);
  Close(connection);
}

}  // namespace

const Way kGuide = {Allocate, Read};

}  // namespace libuv_server
