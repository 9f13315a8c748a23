#include "sys/sys.h"

#include <cstring>

#include "sys/arguments.h"
#include "sys/constants/constants.h"

namespace edgeloop::sys {

namespace {

Napi::Value StrError(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int number;
  if (!args.Integer<int>(0, "errno", &number, 0)) return args.Failed();
  char text[128];
  return Napi::String::New(args.env(), ::strerror_r(number, text, sizeof text));
}

}  // namespace

void Export(Napi::Env env, Napi::Object exports) {
  Method<StrError>(env, exports, "strerror");
  ExportConstants(env, exports);
  ExportDescriptors(env, exports);
  ExportSockets(env, exports);
  ExportSocketOptions(env, exports);
  ExportSendReceive(env, exports);
  ExportVectors(env, exports);
  ExportMessages(env, exports);
  ExportBatches(env, exports);
  ExportEventFd(env, exports);
  ExportFcntl(env, exports);
  ExportFiles(env, exports);
  ExportInotify(env, exports);
  ExportIoctl(env, exports);
  ExportMmap(env, exports);
  ExportPidFd(env, exports);
  ExportSignalFd(env, exports);
  ExportTimerFd(env, exports);
  ExportTransfer(env, exports);
  ExportEpoll(env, exports);
  ExportPoll(env, exports);
  ExportSelect(env, exports);
}

}  // namespace edgeloop::sys
