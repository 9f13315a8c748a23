#pragma once

#include <napi.h>

#include "multiplexer/factory.h"
#include "sys/arguments.h"

namespace edgeloop {

// Puts `create(backend, fd?)` on `exports`: it makes the object of lib/addon/multiplexer.ts, or
// answers -errno.
void ExportMultiplexers(Napi::Env env, Napi::Object exports);

// A kernel call by its name: 'select', 'poll' or 'epoll'. False with an exception pending for
// others.
bool ReadBackend(const Arguments& args, size_t index, Backend* out);

}  // namespace edgeloop
