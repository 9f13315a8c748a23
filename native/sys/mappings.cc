#include "sys/mappings.h"

#include <sys/mman.h>

#include "sys/call.h"

namespace edgeloop::sys {

// Lives from Adopt until the engine says that the memory has been released.
struct Mappings::Mapping {
  std::shared_ptr<Mappings> owner;
  napi_env env;
  void* address;
  size_t length;
  napi_ref buffer = nullptr;  // weak: the buffer that Adopt made
  bool mapped = true;

  // From here on the memory is nobody's to find, and OnReleased leaves it alone.
  void Forget() {
    if (mapped) owner->by_address_.erase(address);
    mapped = false;
  }

  int64_t Unmap() {
    Forget();
    return OrErrno(::munmap(address, length));
  }

  void DropReference() {
    if (buffer != nullptr) napi_delete_reference(env, buffer);
    buffer = nullptr;
  }
};

bool Mappings::Adopt(Napi::Env env, void* address, size_t length, napi_value* buffer) {
  Mapping* mapping = new Mapping{shared_from_this(), env, address, length};
  by_address_[address] = mapping;
  napi_status status =
      napi_create_external_arraybuffer(env, address, length, OnReleased, mapping, buffer);
  if (status != napi_ok) {
    napi_value exception;
    if (env.IsExceptionPending()) napi_get_and_clear_last_exception(env, &exception);
    mapping->Unmap();
    // Otherwise the engine has accepted the record and calls OnReleased, which deletes it.
    if (status == napi_no_external_buffers_allowed) delete mapping;
    return false;
  }
  napi_create_reference(env, *buffer, 0, &mapping->buffer);
  // Added after the buffer was made, it runs before the engine's own hook for that buffer.
  napi_add_env_cleanup_hook(env, OnEnvironmentEnd, mapping);
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

// On the environment's own thread, some time after the last buffer has let go, or at its end.
void Mappings::OnReleased(napi_env env, void*, void* hint) {
  Mapping* mapping = static_cast<Mapping*>(hint);
  if (mapping->mapped) mapping->Unmap();
  if (mapping->buffer != nullptr) {
    napi_remove_env_cleanup_hook(env, OnEnvironmentEnd, mapping);
    mapping->DropReference();
  }
  delete mapping;
}

// The engine now calls OnReleased without asking who holds the memory. It is this environment, for
// certain, only while the first buffer still has it; else it may be another thread.
void Mappings::OnEnvironmentEnd(void* argument) {
  Mapping* mapping = static_cast<Mapping*>(argument);
  napi_handle_scope scope;
  napi_value buffer = nullptr;
  bool detached = true;
  if (napi_open_handle_scope(mapping->env, &scope) == napi_ok) {
    if (napi_get_reference_value(mapping->env, mapping->buffer, &buffer) == napi_ok &&
        buffer != nullptr) {
      napi_is_detached_arraybuffer(mapping->env, buffer, &detached);
    }
    napi_close_handle_scope(mapping->env, scope);
  }
  if (detached) mapping->Forget();
  mapping->DropReference();
}

}  // namespace edgeloop::sys
