#pragma once

#include <napi.h>

#include "stream/streams.h"
#include "sys/arguments.h"

namespace edgeloop {

// The streams of the reactor in argument 0; null, with an exception pending, where there are none.
Streams* StreamsOf(const Arguments& args);

// The stream plane as plain functions over a reactor's native object; lib/addon/stream.ts says what
// each does.
void ExportStreams(Napi::Env env, Napi::Object exports);

}  // namespace edgeloop
