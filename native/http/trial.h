#pragma once

#include <napi.h>

namespace edgeloop {

// Decodes pieces of a connection's bytes without a connection, for tests: lib/addon/http.ts.
Napi::Value TryDecoding(const Napi::CallbackInfo& info);

}  // namespace edgeloop
