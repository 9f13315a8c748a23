#include "sys/mappings.h"

#include <sys/mman.h>

#include "sys/call.h"

namespace edgeloop::sys {

namespace {

// An environment that is ending refuses everything that could run JavaScript.
bool IsEnding(napi_env env) {
  napi_value object, value;
  return napi_create_object(env, &object) != napi_ok ||
         napi_get_undefined(env, &value) != napi_ok ||
         napi_set_named_property(env, object, "alive", value) != napi_ok;
}

}  // namespace

// Lives from Adopt until the engine says that the memory has been released.
struct Mappings::Mapping {
  Mappings* owner;
  napi_env env;
  void* address;
  size_t length;
  napi_ref buffer = nullptr;  // weak: the buffer that Adopt made
  bool mapped = true;
  bool held_at_end = false;  // by that buffer, when the environment came to its end
  bool adopting = true;      // Adopt has not answered yet, and still needs this record
  bool released = false;     // OnReleased came meanwhile

  // From here on the memory is nobody's to find, and OnReleased leaves it alone.
  void Forget() {
    if (mapped) owner->by_address_.erase(address);
    mapped = false;
  }

  int64_t Unmap() {
    Forget();
    return OrErrno(::munmap(address, length));
  }

  void Delete() {
    Mappings* table = owner;
    delete this;
    table->Release();
  }

  bool IsHeld() const {
    napi_value value = nullptr;
    bool detached = true;
    return napi_get_reference_value(env, buffer, &value) == napi_ok && value != nullptr &&
           napi_is_detached_arraybuffer(env, value, &detached) == napi_ok && !detached;
  }
};

bool Mappings::Adopt(Napi::Env env, void* address, size_t length, napi_value* buffer) {
  Retain();
  Mapping* mapping = new Mapping{this, env, address, length};
  by_address_[address] = mapping;
  napi_status status =
      napi_create_external_arraybuffer(env, address, length, OnReleased, mapping, buffer);
  if (status != napi_ok) {
    napi_value exception;
    if (env.IsExceptionPending()) napi_get_and_clear_last_exception(env, &exception);
    mapping->Unmap();
    mapping->adopting = false;
    // Otherwise the engine has accepted the record and calls OnReleased later, which deletes it.
    if (mapping->released || status == napi_no_external_buffers_allowed) mapping->Delete();
    return false;
  }
  mapping->adopting = false;
  napi_create_reference(env, *buffer, 0, &mapping->buffer);
  PostSentry(env);
  return true;
}

bool Mappings::Holds(void* address, size_t length) const {
  auto found = by_address_.find(address);
  return found != by_address_.end() && found->second->length == length;
}

int64_t Mappings::Unmap(Napi::Env env, napi_value buffer, void* address) {
  bool detached = false;
  if (napi_detach_arraybuffer(env, buffer) != napi_ok ||
      napi_is_detached_arraybuffer(env, buffer, &detached) != napi_ok || !detached) {
    return -EBUSY;
  }
  auto found = by_address_.find(address);
  return found == by_address_.end() ? -EINVAL : found->second->Unmap();
}

// On the environment's own thread: some time after the last buffer has let go, or at its end; or
// at once, some versions of Node refusing a length that way, before Adopt hears of it.
void Mappings::OnReleased(napi_env env, void*, void* hint) {
  Mapping* mapping = static_cast<Mapping*>(hint);
  if (mapping->adopting) {
    mapping->released = true;
    return;
  }
  if (mapping->mapped) {
    if (mapping->held_at_end || !IsEnding(env)) {
      mapping->Unmap();
    } else {
      mapping->Forget();
    }
  }
  if (mapping->buffer != nullptr) napi_delete_reference(env, mapping->buffer);
  mapping->Delete();
}

// Relieves the sentry that stood before. A sentry's memory, never looked into, is the table itself.
void Mappings::PostSentry(napi_env env) {
  if (sentry_ != nullptr) napi_delete_reference(env, sentry_);
  sentry_ = nullptr;
  napi_value buffer;
  // Without a sentry what is mapped at the end stays mapped: the safe side.
  if (napi_create_external_arraybuffer(env, this, 1, OnSentryReleased, nullptr, &buffer) ==
      napi_ok) {
    Retain();
    napi_create_reference(env, buffer, 1, &sentry_);
  }
}

void Mappings::OnSentryReleased(napi_env env, void* data, void*) {
  Mappings* table = static_cast<Mappings*>(data);
  if (IsEnding(env)) table->FindStillHeld();
  table->Release();
}

void Mappings::FindStillHeld() {
  for (auto& entry : by_address_) {
    if (entry.second->IsHeld()) entry.second->held_at_end = true;
  }
}

}  // namespace edgeloop::sys
