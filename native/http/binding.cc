#include "http/binding.h"

#include <memory>

#include "http/decoder.h"
#include "http/limits.h"
#include "http/runs.h"
#include "http/trial.h"
#include "stream/binding.h"
#include "stream/streams.h"
#include "sys/arguments.h"
#include "sys/sys.h"

namespace edgeloop {

namespace {

// The decoder of the reactor in argument 0, made when it is first asked for; null with an exception
// pending.
HttpDecoder* DecoderOf(const Arguments& args) {
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return nullptr;
  if (streams->decoder() == nullptr) {
    const SharedBlock& slab = streams->received();
    auto decoder = std::make_unique<HttpDecoder>(streams->turner(), slab.data(), slab.bytes());
    if (!decoder->Valid()) {
      napi_throw_error(args.env(), "ENOMEM", "No memory for the heads of requests");
      return nullptr;
    }
    streams->Attach(std::move(decoder));
  }
  // Nothing else is ever attached.
  return static_cast<HttpDecoder*>(streams->decoder());
}

Napi::Value Heads(const Napi::CallbackInfo& info) {
  Arguments args(info);
  HttpDecoder* decoder = DecoderOf(args);
  if (decoder == nullptr) return args.Failed();
  return decoder->heads().Expose(args.env());
}

Napi::Value Limit(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t group;
  HeadLimits limits;
  // As many groups as a process could have listeners.
  if (!args.Integer<int32_t>(1, "group", &group, 0, 1 << 20)) return args.Failed();
  if (!ReadLimits(args, 2, &limits)) return args.Failed();
  HttpDecoder* decoder = DecoderOf(args);
  if (decoder == nullptr) return args.Failed();
  decoder->Limit(group, limits);
  return args.env().Undefined();
}

}  // namespace

void ExportHttp(Napi::Env env, Napi::Object exports) {
  sys::Method<Heads>(env, exports, "heads");
  sys::Method<Limit>(env, exports, "limit");
  sys::Method<TryDecoding>(env, exports, "tryDecoding");
  exports.Set("runs", FastRuns::kName);
}

}  // namespace edgeloop
