#pragma once

#include <napi.h>

#include <cstddef>
#include <unordered_map>

namespace edgeloop::sys {

// The memory mappings of one environment that JavaScript sees as ArrayBuffers, by address.
//
// A mapping must outlive every buffer over it, and JavaScript can move memory from one buffer to
// another (`transfer()`), or to another thread. So no particular buffer stands for a mapping: it
// ends when its memory is released by whichever buffer held it last, or through Unmap, which
// detaches the buffer that it is shown. Where another thread may hold the memory beyond the life
// of its environment, it is never unmapped: memory lost is better than memory gone.
//
// When an environment ends, the engine calls every buffer's finalizer without asking who holds the
// memory, the youngest buffer first. So a sentry, a buffer that is always younger than any
// mapping's, looks first at which of them still have theirs; only those are then unmapped.
//
// The table is counted by those who use it, all of one thread: its environment's functions, each
// mapping, and each sentry. Whoever makes it uses it.
class Mappings {
 public:
  void Retain() { uses_++; }
  void Release() {
    if (--uses_ == 0) delete this;
  }

  // Takes over a mapping of `length` bytes and makes a buffer over it. Where the engine makes none,
  // the mapping is undone, and the answer is false with no exception pending.
  bool Adopt(Napi::Env env, void* address, size_t length, napi_value* buffer);

  // Whether exactly this memory is one of these mappings.
  bool Holds(void* address, size_t length) const;

  // Detaches `buffer`, which holds the mapping at `address`, and unmaps. 0 or -errno.
  int64_t Unmap(Napi::Env env, napi_value buffer, void* address);

 private:
  struct Mapping;

  static void OnReleased(napi_env env, void* data, void* hint);
  static void OnSentryReleased(napi_env env, void* data, void* hint);

  void PostSentry(napi_env env);
  void FindStillHeld();

  std::unordered_map<void*, Mapping*> by_address_;
  napi_ref sentry_ = nullptr;
  int uses_ = 1;
};

}  // namespace edgeloop::sys
