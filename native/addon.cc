// The addon's entry. Everything is made per environment, so that it loads in any number of Workers.

#include <napi.h>

#include "datagram/binding.h"
#include "http/binding.h"
#include "multiplexer/binding.h"
#include "reactor/binding.h"
#include "stream/binding.h"
#include "sys/sys.h"

namespace {

Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
  Napi::Object sys = Napi::Object::New(env);
  edgeloop::sys::Export(env, sys);
  exports.Set("sys", sys);
  Napi::Object reactor = Napi::Object::New(env);
  edgeloop::ExportReactor(env, reactor);
  exports.Set("reactor", reactor);
  Napi::Object stream = Napi::Object::New(env);
  edgeloop::ExportStreams(env, stream);
  exports.Set("stream", stream);
  Napi::Object datagram = Napi::Object::New(env);
  edgeloop::ExportDatagrams(env, datagram);
  exports.Set("datagram", datagram);
  Napi::Object http = Napi::Object::New(env);
  edgeloop::ExportHttp(env, http);
  exports.Set("http", http);
  Napi::Object multiplexer = Napi::Object::New(env);
  edgeloop::ExportMultiplexers(env, multiplexer);
  exports.Set("multiplexer", multiplexer);
  return exports;
}

}  // namespace

NODE_API_MODULE(edgeloop, Initialize)
