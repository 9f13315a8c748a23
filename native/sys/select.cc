// select(2).

#include <cstdio>
#include <string>
#include <vector>

#include "sys/arguments.h"
#include "sys/fd_setsize.h"
#include "sys/readiness.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

// One of the three sets: as JavaScript gave it, and as bits.
struct Set {
  std::vector<int> fds;
  DescriptorSet bits;

  bool Fill(const Arguments& args, size_t index, const char* name, int* count);
  Napi::Array Ready(Napi::Env env);
};

bool Set::Fill(const Arguments& args, size_t index, const char* name, int* count) {
  if (!args[index].IsArray()) return args.WrongType(name, "an array", args[index]);
  Napi::Array array = args[index].As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); i++) {
    // A getter may do and throw what it likes: each element is read once.
    napi_value value;
    if (napi_get_element(args.env(), array, i, &value) != napi_ok) return false;
    char element[40];
    std::snprintf(element, sizeof element, "%s[%u]", name, i);
    int fd;
    if (!args.Integer<int>(Napi::Value(args.env(), value), element, &fd, 0)) return false;
    if (fd >= FD_SETSIZE) {
      ThrowFdSetSize(args, element, fd);
      return false;
    }
    bits.Insert(fd);
    fds.push_back(fd);
    if (fd >= *count) *count = fd + 1;
  }
  return true;
}

// Those that are ready, each once, in the order in which they were given.
Napi::Array Set::Ready(Napi::Env env) {
  Napi::Array ready = Napi::Array::New(env);
  uint32_t length = 0;
  for (int fd : fds) {
    if (!bits.Contains(fd)) continue;
    bits.Erase(fd);
    ready.Set(length++, fd);
  }
  return ready;
}

Napi::Value Select(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Set read, write, except;
  int count = 0;
  int64_t timeout_ns;
  if (!read.Fill(args, 0, "read", &count) || !write.Fill(args, 1, "write", &count) ||
      !except.Fill(args, 2, "except", &count) || !args.TimeoutNs(3, "timeout", &timeout_ns)) {
    return args.Failed();
  }
  int64_t result = SelectFor(timeout_ns, count, &read.bits, &write.bits, &except.bits);
  if (result < 0) return args.Result(result);
  Napi::Object ready = Napi::Object::New(args.env());
  ready.Set("read", read.Ready(args.env()));
  ready.Set("write", write.Ready(args.env()));
  ready.Set("except", except.Ready(args.env()));
  return ready;
}

}  // namespace

void ThrowFdSetSize(const Arguments& args, const char* name, int fd) {
  std::string message = std::string("The \"") + name + "\" argument must be below " +
                        std::to_string(FD_SETSIZE) + " for select(2). Received " +
                        std::to_string(fd);
  napi_throw_range_error(args.env(), "ERR_FD_SETSIZE", message.c_str());
}

void ExportSelect(Napi::Env env, Napi::Object exports) {
  Method<Select>(env, exports, "select");
}

}  // namespace edgeloop::sys
