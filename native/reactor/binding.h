#pragma once

#include <napi.h>

#include <array>
#include <memory>

#include "reactor/host.h"
#include "reactor/plane.h"
#include "reactor/turner.h"

namespace edgeloop {

void ExportReactor(Napi::Env env, Napi::Object exports);

// JavaScript's hold on a Turner and its hosting. lib/addon/reactor.ts says what each method does.
class ReactorBinding : public Napi::ObjectWrap<ReactorBinding> {
 public:
  static Napi::Function Class(Napi::Env env);
  // The binding behind an object of JavaScript's, or null where it is none of ours.
  static ReactorBinding* From(Napi::Value value);

  explicit ReactorBinding(const Napi::CallbackInfo& info);
  ~ReactorBinding() override;

  // Null once closed.
  Turner* turner() { return turner_.get(); }
  // A floor above gives its part of the turn; owned from here on.
  void Attach(PlaneKind kind, std::unique_ptr<Plane> plane);
  // Null where it was not attached. Of a kind there is only ever one class.
  Plane* plane(PlaneKind kind) { return planes_[static_cast<size_t>(kind)].get(); }
  // A call of JavaScript's may have given the next turn something to do: it is not waited for.
  void Stir();

 private:
  Napi::Value Open(const Napi::CallbackInfo& info);
  Napi::Value Records(const Napi::CallbackInfo& info);
  Napi::Value State(const Napi::CallbackInfo& info);
  Napi::Value Supports(const Napi::CallbackInfo& info);
  Napi::Value Add(const Napi::CallbackInfo& info);
  Napi::Value Modify(const Napi::CallbackInfo& info);
  Napi::Value Remove(const Napi::CallbackInfo& info);
  Napi::Value Turn(const Napi::CallbackInfo& info);
  Napi::Value Flush(const Napi::CallbackInfo& info);
  Napi::Value Host(const Napi::CallbackInfo& info);
  Napi::Value Unhost(const Napi::CallbackInfo& info);
  Napi::Value Reference(const Napi::CallbackInfo& info);
  Napi::Value Kick(const Napi::CallbackInfo& info);
  Napi::Value Stats(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  struct Hosting;
  // Throws ERR_CLOSED and answers false where it is closed.
  bool Usable(Napi::Env env) const;
  int EnsureHosting(Napi::Env env);
  static bool Deliver(void* self, int records);
  void Release();

  std::unique_ptr<Turner> turner_;
  std::array<std::unique_ptr<Plane>, kPlaneKinds> planes_;
  Hosting* hosting_ = nullptr;
  Napi::FunctionReference deliver_;
  uint64_t crossings_ = 0;
  bool hosted_ = false;
};

}  // namespace edgeloop
