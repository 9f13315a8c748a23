#pragma once

#include <napi.h>

namespace edgeloop {

// The datagram plane as plain functions over a reactor's native object; lib/addon/datagram.ts says
// what each does.
void ExportDatagrams(Napi::Env env, Napi::Object exports);

}  // namespace edgeloop
