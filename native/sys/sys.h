#pragma once

#include <napi.h>

namespace edgeloop::sys {

// Puts every system call of this folder on `exports`. Each is one call of the kernel's, 1:1 and
// without policy; it returns the kernel's result or -errno, and throws only for arguments that
// could not be passed on.
void Export(Napi::Env env, Napi::Object exports);

// One per file.
void ExportBatches(Napi::Env env, Napi::Object exports);
void ExportDescriptors(Napi::Env env, Napi::Object exports);
void ExportMessages(Napi::Env env, Napi::Object exports);
void ExportSocketOptions(Napi::Env env, Napi::Object exports);
void ExportSockets(Napi::Env env, Napi::Object exports);
void ExportSendReceive(Napi::Env env, Napi::Object exports);
void ExportVectors(Napi::Env env, Napi::Object exports);
void ExportEventFd(Napi::Env env, Napi::Object exports);
void ExportFcntl(Napi::Env env, Napi::Object exports);
void ExportFiles(Napi::Env env, Napi::Object exports);
void ExportInotify(Napi::Env env, Napi::Object exports);
void ExportIoctl(Napi::Env env, Napi::Object exports);
void ExportMmap(Napi::Env env, Napi::Object exports);
void ExportPidFd(Napi::Env env, Napi::Object exports);
void ExportSignalFd(Napi::Env env, Napi::Object exports);
void ExportTimerFd(Napi::Env env, Napi::Object exports);
void ExportTransfer(Napi::Env env, Napi::Object exports);
void ExportEpoll(Napi::Env env, Napi::Object exports);
void ExportPoll(Napi::Env env, Napi::Object exports);
void ExportSelect(Napi::Env env, Napi::Object exports);

template <Napi::Value (*Function)(const Napi::CallbackInfo&)>
inline void Method(Napi::Env env, Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<Function>(env, name));
}

}  // namespace edgeloop::sys
