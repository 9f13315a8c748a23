#pragma once

#include <napi.h>

namespace edgeloop {

// The stream plane as plain functions over a reactor's native object; lib/addon/stream.ts says what
// each does.
void ExportStreams(Napi::Env env, Napi::Object exports);

}  // namespace edgeloop
