// A Multiplexer as an object of JavaScript's. The object owns it: closing, garbage collection and
// the end of the environment (a Worker's too) release what it holds.

#include "multiplexer/binding.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "multiplexer/epoll.h"
#include "multiplexer/factory.h"
#include "multiplexer/growing_array.h"
#include "multiplexer/interest.h"
#include "sys/arguments.h"
#include "sys/fd_setsize.h"
#include "sys/readiness.h"

namespace edgeloop {

namespace {

class Binding : public Napi::ObjectWrap<Binding> {
 public:
  static Napi::Function Class(Napi::Env env);

  // Called by Create with an External that holds the multiplexer.
  explicit Binding(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Binding>(info) {
    if (!info[0].IsExternal()) {
      Arguments(info).WrongType("multiplexer", "made by create()", info[0]);
      return;
    }
    multiplexer_.reset(info[0].As<Napi::External<Multiplexer>>().Data());
    name_ = multiplexer_->name();
  }

 private:
  Napi::Value Add(const Napi::CallbackInfo& info);
  Napi::Value Modify(const Napi::CallbackInfo& info);
  Napi::Value Remove(const Napi::CallbackInfo& info);
  Napi::Value Has(const Napi::CallbackInfo& info);
  Napi::Value Supports(const Napi::CallbackInfo& info);
  Napi::Value Size(const Napi::CallbackInfo& info);
  Napi::Value WaitInto(const Napi::CallbackInfo& info);
  Napi::Value Fd(const Napi::CallbackInfo& info);
  Napi::Value Closed(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  // False with an ERR_CLOSED error pending.
  bool Open(const Arguments& args) const;

  std::unique_ptr<Multiplexer> multiplexer_;
  const char* name_ = "";
  GrowingArray<Ready> ready_;
};

bool Binding::Open(const Arguments& args) const {
  if (multiplexer_ != nullptr) return true;
  std::string message = std::string("This multiplexer (") + name_ + ") is closed";
  napi_throw_error(args.env(), "ERR_CLOSED", message.c_str());
  return false;
}

Napi::Value Binding::Add(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  uint32_t events;
  if (!Open(args) || !args.Fd(0, "fd", &fd) || !ReadInterest(args, 1, *multiplexer_, &events)) {
    return args.Failed();
  }
  if (fd > multiplexer_->supports().highest_fd) {
    sys::ThrowFdSetSize(args, "fd", fd);
    return args.Failed();
  }
  return args.Result(multiplexer_->Add(fd, events, 0));
}

Napi::Value Binding::Modify(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  uint32_t events;
  if (!Open(args) || !args.Fd(0, "fd", &fd) || !ReadInterest(args, 1, *multiplexer_, &events)) {
    return args.Failed();
  }
  return args.Result(multiplexer_->Modify(fd, events, 0));
}

Napi::Value Binding::Remove(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  if (!Open(args) || !args.Fd(0, "fd", &fd)) return args.Failed();
  return args.Result(multiplexer_->Remove(fd));
}

Napi::Value Binding::Has(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  if (!Open(args) || !args.Fd(0, "fd", &fd)) return args.Failed();
  return Napi::Boolean::New(args.env(), multiplexer_->Has(fd));
}

Napi::Value Binding::Supports(const Napi::CallbackInfo& info) {
  Arguments args(info);
  if (!Open(args)) return args.Failed();
  struct Supports supports = multiplexer_->supports();
  Napi::Object object = Napi::Object::New(args.env());
  object.Set("edge", Napi::Boolean::New(args.env(), supports.edge));
  object.Set("oneshot", Napi::Boolean::New(args.env(), supports.oneshot));
  object.Set("exclusive", Napi::Boolean::New(args.env(), supports.exclusive));
  return object;
}

Napi::Value Binding::Size(const Napi::CallbackInfo& info) {
  Arguments args(info);
  return args.Result(multiplexer_ == nullptr ? 0 : static_cast<int64_t>(multiplexer_->Size()));
}

Napi::Value Binding::WaitInto(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Span<int32_t> out;
  int64_t timeout_ns;
  int most;
  if (!Open(args) || !args.Int32s(0, "out", &out) || !args.TimeoutNs(1, "timeout", &timeout_ns) ||
      !args.Optional<int>(2, "maxEvents", kMostEvents, &most, 1)) {
    return args.Failed();
  }
  if (out.length < 2) {
    args.OutOfRange("out", "an Int32Array of 2 elements at least", args[0]);
    return args.Failed();
  }
  size_t room = std::min({out.length / 2, static_cast<size_t>(most), size_t{kMostEvents}});
  if (!ready_.Reserve(room)) return args.Result(-ENOMEM);
  int count = multiplexer_->Wait(ready_.data(), static_cast<int>(room), timeout_ns);
  for (int i = 0; i < count; i++) {
    const Ready& ready = ready_[static_cast<size_t>(i)];
    out.data[2 * i] = ready.fd;
    out.data[2 * i + 1] = static_cast<int32_t>(ready.events);
  }
  return args.Result(count);
}

Napi::Value Binding::Fd(const Napi::CallbackInfo& info) {
  return Arguments(info).Result(multiplexer_ == nullptr ? -1 : multiplexer_->Fd());
}

Napi::Value Binding::Closed(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), multiplexer_ == nullptr);
}

Napi::Value Binding::Close(const Napi::CallbackInfo& info) {
  multiplexer_.reset();
  ready_.Clear();
  return info.Env().Undefined();
}

Napi::Function Binding::Class(Napi::Env env) {
  return DefineClass(env, "NativeMultiplexer",
                     {
                         InstanceMethod<&Binding::Add>("add"),
                         InstanceMethod<&Binding::Modify>("modify"),
                         InstanceMethod<&Binding::Remove>("remove"),
                         InstanceMethod<&Binding::Has>("has"),
                         InstanceMethod<&Binding::Supports>("supports"),
                         InstanceMethod<&Binding::Size>("size"),
                         InstanceMethod<&Binding::WaitInto>("waitInto"),
                         InstanceMethod<&Binding::Fd>("fd"),
                         InstanceMethod<&Binding::Closed>("closed"),
                         InstanceMethod<&Binding::Close>("close"),
                     });
}

Napi::Value Create(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Backend backend = Backend::kEpoll;
  int fd = -1;
  bool adopt = info.Length() > 1;
  if (!ReadBackend(args, 0, &backend) || (adopt && !args.Fd(1, "fd", &fd))) return args.Failed();
  int error = 0;
  std::unique_ptr<Multiplexer> made =
      adopt ? Epoll::Adopt(fd, &error) : MakeMultiplexer(backend, &error);
  if (made == nullptr) return args.Result(error);
  auto* type = static_cast<Napi::FunctionReference*>(info.Data());
  return type->New({Napi::External<Multiplexer>::New(args.env(), made.release())});
}

}  // namespace

bool ReadBackend(const Arguments& args, size_t index, Backend* out) {
  std::string name;
  if (!args.Text(index, "backend", &name)) return false;
  for (const auto& [word, backend] : {std::pair{"select", Backend::kSelect},
                                      {"poll", Backend::kPoll},
                                      {"epoll", Backend::kEpoll}}) {
    if (name != word) continue;
    *out = backend;
    return true;
  }
  return args.OutOfRange("backend", "'select', 'poll' or 'epoll'", args[index]);
}

void ExportMultiplexers(Napi::Env env, Napi::Object exports) {
  auto* type = new Napi::FunctionReference(Napi::Persistent(Binding::Class(env)));
  Napi::Function create = Napi::Function::New<Create>(env, "create", type);
  create.AddFinalizer([](Napi::Env, Napi::FunctionReference* held) { delete held; }, type);
  exports.Set("create", create);
}

}  // namespace edgeloop
