#include "reactor/binding.h"

#include <cerrno>
#include <utility>

#include "multiplexer/binding.h"
#include "multiplexer/factory.h"
#include "sys/arguments.h"

namespace edgeloop {

namespace {

// Tells our objects from any other that JavaScript may pass (napi_check_object_type_tag), those of
// another copy of the addon in the same process included: the address is this copy's own.
const char kCopy = 0;
const napi_type_tag kTag = {0x9c5d1f6b27e04a31, reinterpret_cast<uintptr_t>(&kCopy)};

// Reports an exception as uncaught, at once: the walk through the batch goes on after it.
Napi::Value Report(const Napi::CallbackInfo& info) {
  napi_fatal_exception(info.Env(), info[0]);
  return info.Env().Undefined();
}

// False once the environment ends (worker.terminate, say): Node refuses to enter JavaScript then.
bool CanRun(void* env) {
  napi_value global;
  bool there;
  return napi_get_global(static_cast<napi_env>(env), &global) == napi_ok &&
         napi_has_named_property(static_cast<napi_env>(env), global, "Object", &there) == napi_ok;
}

}  // namespace

// A host and what ends it: the environment's cleanup, which waits until libuv has let go.
struct ReactorBinding::Hosting {
  ReactorBinding* owner = nullptr;  // null once it has let go
  edgeloop::Host* host = nullptr;
  napi_env env = nullptr;
  napi_async_context context = nullptr;
  napi_async_cleanup_hook_handle hook = nullptr;

  // Deletes itself when libuv has let go.
  void Dispose() {
    if (owner != nullptr) owner->hosting_ = nullptr;
    owner = nullptr;
    if (host == nullptr) return;
    edgeloop::Host* ending = host;
    host = nullptr;
    ending->Dispose([](void* self) { delete static_cast<Hosting*>(self); }, this);
  }

  ~Hosting() {
    if (context != nullptr) napi_async_destroy(env, context);
    if (hook != nullptr) napi_remove_async_cleanup_hook(hook);
  }
};

void ExportReactor(Napi::Env env, Napi::Object exports) {
  exports.Set("Reactor", ReactorBinding::Class(env));
  exports.Set("report", Napi::Function::New<Report>(env, "report"));
}

Napi::Function ReactorBinding::Class(Napi::Env env) {
  return DefineClass(env, "NativeReactor",
                     {
                         InstanceMethod<&ReactorBinding::Open>("open"),
                         InstanceMethod<&ReactorBinding::Records>("records"),
                         InstanceMethod<&ReactorBinding::State>("state"),
                         InstanceMethod<&ReactorBinding::Supports>("supports"),
                         InstanceMethod<&ReactorBinding::Add>("add"),
                         InstanceMethod<&ReactorBinding::Modify>("modify"),
                         InstanceMethod<&ReactorBinding::Remove>("remove"),
                         InstanceMethod<&ReactorBinding::Turn>("turn"),
                         InstanceMethod<&ReactorBinding::Flush>("flush"),
                         InstanceMethod<&ReactorBinding::Host>("host"),
                         InstanceMethod<&ReactorBinding::Unhost>("unhost"),
                         InstanceMethod<&ReactorBinding::Reference>("reference"),
                         InstanceMethod<&ReactorBinding::Kick>("kick"),
                         InstanceMethod<&ReactorBinding::Stats>("stats"),
                         InstanceMethod<&ReactorBinding::Close>("close"),
                     });
}

ReactorBinding* ReactorBinding::From(Napi::Value value) {
  bool ours = false;
  if (!value.IsObject() ||
      napi_check_object_type_tag(value.Env(), value, &kTag, &ours) != napi_ok || !ours) {
    return nullptr;
  }
  return Unwrap(value.As<Napi::Object>());
}

ReactorBinding::ReactorBinding(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<ReactorBinding>(info) {
  napi_type_tag_object(info.Env(), info.This(), &kTag);
}

ReactorBinding::~ReactorBinding() {
  Release();
}

bool ReactorBinding::Usable(Napi::Env env) const {
  if (turner_ != nullptr) return true;
  napi_throw_error(env, "ERR_CLOSED", "The reactor is closed");
  return false;
}

void ReactorBinding::Attach(PlaneKind kind, std::unique_ptr<Plane> plane) {
  turner_->Attach(kind, plane.get());
  planes_[static_cast<size_t>(kind)] = std::move(plane);
}

// The order matters: libuv forgets the set's descriptor before that is closed.
void ReactorBinding::Release() {
  hosted_ = false;
  if (hosting_ != nullptr) hosting_->Dispose();
  for (std::unique_ptr<Plane>& plane : planes_) plane.reset();
  turner_.reset();
}

Napi::Value ReactorBinding::Open(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Backend backend;
  if (!ReadBackend(args, 0, &backend)) return args.Failed();
  if (turner_ != nullptr) return args.Result(-EEXIST);
  int error = 0;
  std::unique_ptr<Multiplexer> multiplexer = MakeMultiplexer(backend, &error);
  if (multiplexer == nullptr) return args.Result(error);
  auto turner = std::make_unique<Turner>(std::move(multiplexer));
  if (!turner->Valid()) return args.Result(-ENOMEM);
  turner_ = std::move(turner);
  return args.Result(0);
}

Napi::Value ReactorBinding::Records(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (!Usable(env)) return env.Undefined();
  const SharedBlock& block = turner_->records_block();
  return Napi::Int32Array::New(env, block.bytes() / sizeof(int32_t), block.Expose(env), 0);
}

Napi::Value ReactorBinding::State(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (!Usable(env)) return env.Undefined();
  const SharedBlock& block = turner_->state_block();
  return Napi::Int32Array::New(env, block.bytes() / sizeof(int32_t), block.Expose(env), 0);
}

Napi::Value ReactorBinding::Supports(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (!Usable(env)) return env.Undefined();
  struct Supports supports = turner_->multiplexer().supports();
  Napi::Object out = Napi::Object::New(env);
  out.Set("edge", supports.edge);
  out.Set("oneshot", supports.oneshot);
  out.Set("exclusive", supports.exclusive);
  return out;
}

Napi::Value ReactorBinding::Add(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  uint32_t events;
  int32_t slot;
  if (!args.Fd(0, "fd", &fd) || !args.Mask(1, "events", &events) ||
      !args.Integer<int32_t>(2, "slot", &slot, 0) || !Usable(args.env())) {
    return args.Failed();
  }
  bool once = args.Flag(3);
  return args.Result(turner_->Add(fd, events, once, PlaneKind::kNone, slot));
}

Napi::Value ReactorBinding::Modify(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  uint32_t events;
  uint32_t token;
  if (!args.Fd(0, "fd", &fd) || !args.Mask(1, "events", &events) ||
      !args.Integer<uint32_t>(2, "token", &token) || !Usable(args.env())) {
    return args.Failed();
  }
  return args.Result(turner_->Owns(fd, token) ? turner_->Modify(fd, events) : -ENOENT);
}

Napi::Value ReactorBinding::Remove(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  uint32_t token;
  if (!args.Fd(0, "fd", &fd) || !args.Integer<uint32_t>(1, "token", &token) ||
      !Usable(args.env())) {
    return args.Failed();
  }
  return args.Result(turner_->Owns(fd, token) ? turner_->Remove(fd) : -ENOENT);
}

Napi::Value ReactorBinding::Turn(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int64_t timeout_ns;
  if (!args.TimeoutNs(0, "timeout", &timeout_ns) || !Usable(args.env())) return args.Failed();
  crossings_++;
  // Nobody can end a wait of the main thread's but by a signal; a Worker's can be terminated.
  bool worker = args.Flag(1);
  napi_env env = info.Env();
  return args.Result(turner_->Turn(timeout_ns, worker ? CanRun : nullptr, env));
}

Napi::Value ReactorBinding::Flush(const Napi::CallbackInfo& info) {
  // A tick that was to flush may come after the reactor was closed.
  if (turner_ == nullptr) return info.Env().Undefined();
  crossings_++;
  turner_->Flush();
  // What the flush found out (a socket closed, a queue drained) is told in a turn of its own.
  Stir();
  return info.Env().Undefined();
}

void ReactorBinding::Stir() {
  bool delivering = turner_->state(kDelivering) != 0;
  if (!delivering && hosting_ != nullptr) hosting_->host->Stir();
}

int ReactorBinding::EnsureHosting(Napi::Env env) {
  if (hosting_ != nullptr) return 0;
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return -ENOSYS;
  auto hosting = std::make_unique<Hosting>();
  hosting->env = env;
  napi_value name = Napi::String::New(env, "EDGELOOP");
  if (napi_async_init(env, nullptr, name, &hosting->context) != napi_ok) return -ENOMEM;
  int error = 0;
  hosting->host = edgeloop::Host::Make(loop, turner_.get(), Deliver, this, &error);
  if (hosting->host == nullptr) return error;
  hosting->owner = this;
  hosting_ = hosting.release();
  // Called when the environment ends before the reactor was closed.
  napi_add_async_cleanup_hook(
      env,
      [](napi_async_cleanup_hook_handle, void* self) { static_cast<Hosting*>(self)->Dispose(); },
      hosting_, &hosting_->hook);
  return 0;
}

Napi::Value ReactorBinding::Host(const Napi::CallbackInfo& info) {
  Arguments args(info);
  if (!info[0].IsFunction()) {
    args.WrongType("deliver", "a function", info[0]);
    return args.Failed();
  }
  if (!Usable(args.env())) return args.Failed();
  int error = EnsureHosting(args.env());
  if (error == 0) error = hosting_->host->Start();
  if (error < 0) return args.Result(error);
  if (!hosted_) Ref();  // libuv calls it: it must stay
  hosted_ = true;
  deliver_ = Napi::Persistent(info[0].As<Napi::Function>());
  return args.Result(0);
}

Napi::Value ReactorBinding::Unhost(const Napi::CallbackInfo& info) {
  if (!hosted_) return info.Env().Undefined();
  hosted_ = false;
  if (hosting_ != nullptr) hosting_->host->Stop();
  deliver_.Reset();
  Unref();
  return info.Env().Undefined();
}

Napi::Value ReactorBinding::Reference(const Napi::CallbackInfo& info) {
  bool referenced = Arguments(info).Flag(0);
  if (hosting_ != nullptr) hosting_->host->Reference(referenced);
  return info.Env().Undefined();
}

Napi::Value ReactorBinding::Kick(const Napi::CallbackInfo& info) {
  if (hosting_ != nullptr) hosting_->host->Kick();
  return info.Env().Undefined();
}

Napi::Value ReactorBinding::Stats(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (!Usable(env)) return env.Undefined();
  const TurnStats& stats = turner_->stats();
  bool hosted = hosting_ != nullptr;
  Napi::Object out = Napi::Object::New(env);
  out.Set("turns", static_cast<double>(stats.turns));
  out.Set("events", static_cast<double>(stats.events));
  out.Set("crossings", static_cast<double>(crossings_));
  out.Set("waitMs", static_cast<double>(stats.wait_ns) / 1e6);
  out.Set("visits", hosted ? static_cast<double>(hosting_->host->visits()) : 0.0);
  out.Set("registered", static_cast<double>(turner_->registered()));
  out.Set("carried", static_cast<double>(turner_->carried()));
  return out;
}

Napi::Value ReactorBinding::Close(const Napi::CallbackInfo& info) {
  bool hosted = hosted_;
  Release();
  if (hosted) {
    deliver_.Reset();
    Unref();
  }
  return info.Env().Undefined();
}

// One callback for all records of a turn, in a callback scope of its own: ticks and promises run
// when it ends. Handlers' exceptions were dealt with in JavaScript; what still fails here is an
// environment that ends, or an exception in a tick, which Node has reported already.
bool ReactorBinding::Deliver(void* self, int records) {
  auto* binding = static_cast<ReactorBinding*>(self);
  Napi::Env env = binding->Env();
  Napi::HandleScope scope(env);
  binding->crossings_++;
  if (binding->deliver_.IsEmpty()) return false;
  // A handler may close the reactor and drop it: the binding stays until this returns.
  [[maybe_unused]] Napi::Value held = binding->Value();
  napi_value count = Napi::Number::New(env, records);
  napi_value function = binding->deliver_.Value();
  binding->turner_->state(kDelivering) = 1;
  // An arrow function has no use for a receiver: any object does.
  napi_status status =
      napi_make_callback(env, binding->hosting_->context, function, function, 1, &count, nullptr);
  if (status == napi_pending_exception) {
    napi_value error;
    if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
  }
  // A handler may have closed the reactor.
  if (binding->turner_ == nullptr) return false;
  binding->turner_->state(kDelivering) = 0;
  // Stopped by a handler, or by a tick behind the last: nobody else sends what was written since.
  if (!binding->hosted_) binding->turner_->Flush();
  return status == napi_ok;
}

}  // namespace edgeloop
