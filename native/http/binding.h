#pragma once

#include <napi.h>

namespace edgeloop {

// The decoding of HTTP as plain functions; lib/addon/http.ts says what each does.
void ExportHttp(Napi::Env env, Napi::Object exports);

}  // namespace edgeloop
