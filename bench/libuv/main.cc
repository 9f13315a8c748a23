// edgeloop-libuv: the same echo in C++ on libuv's default loop, without Node above it.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <uv.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "datagrams.h"
#include "server.h"

namespace libuv_server {

void Close(uv_stream_t* connection) {
  auto* handle = reinterpret_cast<uv_handle_t*>(connection);
  if (uv_is_closing(handle) != 0) return;
  uv_close(handle, [](uv_handle_t* closed) { std::free(closed); });
}

}  // namespace libuv_server

namespace {

using libuv_server::DatagramWay;
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

sockaddr_in Loopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// 0, or libuv's error.
int Listen(uv_tcp_t* listener, const Way& way, int* port) {
  sockaddr_in address = Loopback();
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

// The same for datagrams.
int Receive(uv_udp_t* socket, const DatagramWay& way, int* port) {
  sockaddr_in address = Loopback();
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  int length = sizeof address;
  int error = uv_udp_init_ex(uv_default_loop(), socket, way.flags);
  if (error == 0) error = uv_udp_bind(socket, generic, 0);
  if (error == 0) error = uv_udp_recv_start(socket, way.allocate, way.receive);
  if (error == 0) error = uv_udp_getsockname(socket, generic, &length);
  *port = ntohs(address.sin_port);
  return error;
}

int Run(int error, const char* scheme, int port, const char* name) {
  if (error != 0) {
    std::fprintf(stderr, "edgeloop-libuv: cannot listen: %s\n", uv_strerror(error));
    return 1;
  }
  std::printf("listening on %s://127.0.0.1:%d (libuv %s, %s)\n", scheme, port, uv_version_string(),
              name);
  std::fflush(stdout);
  return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
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
  return Run(error, "tcp", port, name);
}

int ServeDatagrams(const DatagramWay& way, const char* name) {
  uv_udp_t socket;
  int port = 0;
  const int error = Receive(&socket, way, &port);
  return Run(error, "udp", port, name);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string way = argc == 3 ? argv[1] : "";
  const std::string job = argc == 3 ? argv[2] : "";
  if (job == "echo" && way == "tuned")
    return Serve(libuv_server::kTuned, "static buffer, uv_try_write");
  if (job == "echo" && way == "guide") return Serve(libuv_server::kGuide, "malloc and uv_write");
  if (job == "udp" && way == "tuned")
    return ServeDatagrams(libuv_server::kTunedDatagrams, "static buffer, recvmmsg");
  if (job == "udp" && way == "guide")
    return ServeDatagrams(libuv_server::kGuideDatagrams, "malloc and uv_udp_send");
  std::fprintf(stderr, "usage: edgeloop-libuv tuned|guide echo|udp\n");
  return 2;
}
