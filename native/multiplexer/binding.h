#pragma once

#include <napi.h>

namespace edgeloop {

// Puts `create(backend, fd?)` on `exports`: it makes the object of lib/addon/multiplexer.ts, or
// answers -errno.
void ExportMultiplexers(Napi::Env env, Napi::Object exports);

}  // namespace edgeloop
