// The addon's entry. Everything is made per environment, so that it loads in any number of Workers.

#include <napi.h>

#include "datagram/binding.h"
#include "http/binding.h"
#include "multiplexer/binding.h"
#include "reactor/binding.h"
#include "stream/binding.h"
#include "sys/sys.h"

namespace {

struct Folder {
  const char* name;
  void (*fill)(Napi::Env env, Napi::Object exports);
};

constexpr Folder kFolders[] = {
    {"sys", edgeloop::sys::Export},          {"multiplexer", edgeloop::ExportMultiplexers},
    {"reactor", edgeloop::ExportReactor},    {"stream", edgeloop::ExportStreams},
    {"datagram", edgeloop::ExportDatagrams}, {"http", edgeloop::ExportHttp},
};

Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
  for (const Folder& folder : kFolders) {
    Napi::Object functions = Napi::Object::New(env);
    folder.fill(env, functions);
    exports.Set(folder.name, functions);
  }
  return exports;
}

}  // namespace

NODE_API_MODULE(edgeloop, Initialize)
