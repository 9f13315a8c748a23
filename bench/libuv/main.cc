// edgeloop-libuv: the same echo in C++ on libuv's default loop, without Node above it.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <uv.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "server.h"

namespace libuv_server {

void Close(uv_stream_t* connection) {
  auto* handle = reinterpret_cast<uv_handle_t*>(connection);
  if (uv_is_closing(handle) != 0) return;
  uv_close(handle, [](uv_handle_t* closed) { std::free(closed); });
}

}  // namespace libuv_server

namespace {

using libuv_server::Way;

void OnConnection(uv_stream_t* listener, int status) {
  if (status != 0) return;
  auto* connection = static_cast<uv_tcp_t*>(std::malloc(sizeof(uv_tcp_t)));
  if (connection == nullptr) return;
  if (uv_tcp_init(listener->loop, connection) != 0) return std::free(connection);
  auto* stream = reinterpret_cast<uv_stream_t*>(connection);
  const auto* way = static_cast<const Way*>(listener->data);
  if (uv_accept(listener, stream) != 0 || uv_tcp_nodelay(connection, 1) != 0 ||
      uv_read_start(stream, way->allocate, way->read) != 0)
    libuv_server::Close(stream);
}

// 0, or libuv's error.
int Listen(uv_tcp_t* listener, const Way& way, int* port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  auto* stream = reinterpret_cast<uv_stream_t*>(listener);
  int length = sizeof address;
  int error = uv_tcp_init(uv_default_loop(), listener);
  if (error == 0) error = uv_tcp_bind(listener, generic, 0);
  if (error == 0) error = uv_listen(stream, 1024, OnConnection);
  if (error == 0) error = uv_tcp_getsockname(listener, generic, &length);
  listener->data = const_cast<Way*>(&way);
  *port = ntohs(address.sin_port);
  return error;
}

int Serve(const Way& way, const char* name) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  uv_tcp_t listener;
  int port = 0;
  const int error = Listen(&listener, way, &port);
  if (error != 0) {
    std::fprintf(stderr, "edgeloop-libuv: cannot listen: %s\n", uv_strerror(error));
    return 1;
  }
  std::printf("listening on tcp://127.0.0.1:%d (libuv %s, %s)\n", port, uv_version_string(), name);
  std::fflush(stdout);
  return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string way = argc == 2 ? argv[1] : "";
  if (way == "tuned") return Serve(libuv_server::kTuned, "static buffer, uv_try_write");
  if (way == "guide") return Serve(libuv_server::kGuide, "malloc and uv_write");
  std::fprintf(stderr, "usage: edgeloop-libuv tuned|guide\n");
  return 2;
}
