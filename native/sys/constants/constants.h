#pragma once

#include <napi.h>

#include <cstddef>

namespace edgeloop::sys {

// A name of the kernel's and its number on this architecture.
struct Constant {
  const char* name;
  double value;
};

// Each file of this folder is one table; lib/sys/constants/ lists the same names for TypeScript.
void ExportIpOptionConstants(Napi::Env env, Napi::Object exports);
void ExportNetworkConstants(Napi::Env env, Napi::Object exports);
void ExportReadinessConstants(Napi::Env env, Napi::Object exports);
void ExportSocketOptionConstants(Napi::Env env, Napi::Object exports);
void ExportControlConstants(Napi::Env env, Napi::Object exports);
void ExportErrorsConstants(Napi::Env env, Napi::Object exports);
void ExportEventsConstants(Napi::Env env, Napi::Object exports);
void ExportFilesConstants(Napi::Env env, Napi::Object exports);
void ExportMemoryConstants(Napi::Env env, Napi::Object exports);
void ExportReadinessConstants(Napi::Env env, Napi::Object exports);
void ExportSignalsConstants(Napi::Env env, Napi::Object exports);

// `exports.constants` with every table in it.
void ExportConstants(Napi::Env env, Napi::Object exports);

template <size_t kCount>
inline void SetAll(Napi::Env env, Napi::Object exports, const Constant (&table)[kCount]) {
  for (const Constant& constant : table) {
    exports.Set(constant.name, Napi::Number::New(env, constant.value));
  }
}

}  // namespace edgeloop::sys
