// The floor's server in Node's loop: libuv waits for its epoll set, as it does for a reactor's. The
// least that anything on epoll can cost in Node, with and without a call of JavaScript for each
// turn.

#include <node_api.h>
#include <uv.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "../floor/answer.h"
#include "../floor/listener.h"
#include "../floor/serve.h"

namespace {

// One for a process, and as long as it.
struct Host {
  napi_env env;
  napi_async_context context;
  napi_ref called;  // nullptr: nothing is
  uv_poll_t watch;
  void* server;
  int (*turn)(void* server);
};

void Call(const Host& host) {
  napi_handle_scope scope;
  if (napi_open_handle_scope(host.env, &scope) != napi_ok) return;
  napi_value called;
  napi_value global;
  if (napi_get_reference_value(host.env, host.called, &called) == napi_ok &&
      napi_get_global(host.env, &global) == napi_ok) {
    napi_make_callback(host.env, host.context, global, called, 0, nullptr, nullptr);
  }
  napi_close_handle_scope(host.env, scope);
}

void OnReady(uv_poll_t* watch, int, int) {
  const auto* host = static_cast<Host*>(watch->data);
  const int error = host->turn(host->server);
  if (error != 0) {
    std::fprintf(stderr, "edgeloop-hosted: %s\n", std::strerror(error));
    std::exit(1);
  }
  if (host->called != nullptr) Call(*host);
}

// Begins to serve; the port, or -errno.
template <typename Answerer>
int Begin(Host* host, Answerer answerer) {
  uint16_t port = 0;
  const int listener = floor_server::Listen(&port);
  if (listener < 0) return listener;
  using Served = floor_server::Server<Answerer>;
  auto* server = new Served(listener, static_cast<Answerer&&>(answerer));
  const int error = server->Start();
  if (error != 0) return -error;
  host->server = server;
  host->turn = [](void* served) { return static_cast<Served*>(served)->Turn(0); };
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(host->env, &loop) != napi_ok) return UV_EINVAL;
  host->watch.data = host;
  int refused = uv_poll_init(loop, &host->watch, server->epoll());
  if (refused == 0) refused = uv_poll_start(&host->watch, UV_READABLE, OnReady);
  return refused == 0 ? port : refused;
}

// serve(job, called): `job` is "echo" or "http"; `called`, a function, once for each turn.
napi_value Serve(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  char job[16] = "";
  size_t length = 0;
  if (napi_get_value_string_utf8(env, arguments[0], job, sizeof job, &length) != napi_ok) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "The \"job\" argument must be a string");
    return nullptr;
  }
  const bool http = std::strcmp(job, "http") == 0;
  if (!http && std::strcmp(job, "echo") != 0) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_VALUE",
                          "The \"job\" argument must be 'echo' or 'http'");
    return nullptr;
  }
  auto* host = new Host{env, nullptr, nullptr, {}, nullptr, nullptr};
  napi_value name;
  napi_create_string_utf8(env, "edgeloop-hosted", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, nullptr, name, &host->context);
  napi_valuetype type = napi_undefined;
  napi_typeof(env, arguments[1], &type);
  if (type == napi_function) napi_create_reference(env, arguments[1], 1, &host->called);
  const int port = http ? Begin(host, floor_server::Hello(floor_server::Page(
                                          "Content-Type: text/plain\r\n", "Hello, World!")))
                        : Begin(host, floor_server::Echo());
  if (port < 0) {
    napi_throw_error(env, "ERR_HOSTED", std::strerror(-port));
    return nullptr;
  }
  napi_value result;
  napi_create_int32(env, port, &result);
  return result;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value serve;
  napi_create_function(env, "serve", NAPI_AUTO_LENGTH, Serve, nullptr, &serve);
  napi_set_named_property(env, exports, "serve", serve);
  return exports;
}
