// poll(2).

#include <cerrno>
#include <cstdio>
#include <memory>
#include <new>

#include "sys/arguments.h"
#include "sys/readiness.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

// An element, which may be a getter that throws: false with an exception pending.
bool ReadElement(const Arguments& args, Napi::Array flat, uint32_t index, Napi::Value* out) {
  napi_value element;
  if (napi_get_element(args.env(), flat, index, &element) != napi_ok) return false;
  *out = Napi::Value(args.env(), element);
  return true;
}

// One entry from its two elements of the flat array. A negative descriptor is the kernel's to skip.
bool ReadEntry(const Arguments& args, Napi::Array flat, uint32_t index, pollfd* entry) {
  char name[40];
  std::snprintf(name, sizeof name, "entries[%u].fd", index);
  Napi::Value value;
  if (!ReadElement(args, flat, 2 * index, &value)) return false;
  if (!args.Integer<int>(value, name, &entry->fd)) return false;
  std::snprintf(name, sizeof name, "entries[%u].events", index);
  uint16_t events = 0;
  if (!ReadElement(args, flat, 2 * index + 1, &value)) return false;
  if (!args.Integer<uint16_t>(value, name, &events)) return false;
  entry->events = static_cast<short>(events);
  entry->revents = 0;
  return true;
}

// Takes and gives descriptor and mask by turns in one array: cheaper than an object per entry.
Napi::Value Poll(const Napi::CallbackInfo& info) {
  Arguments args(info);
  if (!args[0].IsArray()) {
    args.WrongType("entries", "an array", args[0]);
    return args.Failed();
  }
  Napi::Array flat = args[0].As<Napi::Array>();
  uint32_t count = flat.Length() / 2;
  std::unique_ptr<pollfd[]> entries(new (std::nothrow) pollfd[count]);
  if (entries == nullptr) return args.Result(-ENOMEM);
  for (uint32_t i = 0; i < count; i++) {
    if (!ReadEntry(args, flat, i, &entries[i])) return args.Failed();
  }
  int64_t timeout_ns;
  if (!args.TimeoutNs(1, "timeout", &timeout_ns)) return args.Failed();

  int64_t result = PollFor(timeout_ns, entries.get(), count);
  if (result < 0) return args.Result(result);
  Napi::Array ready = Napi::Array::New(args.env());
  uint32_t length = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (entries[i].revents == 0) continue;
    ready.Set(length++, args.Result(entries[i].fd));
    ready.Set(length++, args.Result(static_cast<uint16_t>(entries[i].revents)));
  }
  return ready;
}

}  // namespace

void ExportPoll(Napi::Env env, Napi::Object exports) {
  Method<Poll>(env, exports, "poll");
}

}  // namespace edgeloop::sys
