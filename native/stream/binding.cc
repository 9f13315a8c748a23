#include "stream/binding.h"

#include <fcntl.h>

#include <cerrno>

#include "reactor/binding.h"
#include "reactor/plane_of.h"
#include "stream/streams.h"
#include "sys/addresses.h"
#include "sys/arguments.h"
#include "sys/lists.h"
#include "sys/sys.h"

namespace edgeloop {

Streams* StreamsOf(const Arguments& args) {
  return PlaneOf<Streams>(args, PlaneKind::kStreams, "No memory for the reactor's streams");
}

namespace {

Napi::Value Received(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  return streams->received().Expose(args.env());
}

Napi::Value Sending(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  return streams->sending().Expose(args.env());
}

Napi::Value Commands(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  return streams->commands().Expose(args.env());
}

// adopt(reactor, fd, group, flags)
Napi::Value Adopt(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  int32_t group;
  uint32_t flags;
  if (!args.Fd(1, "fd", &fd) || !args.Integer<int32_t>(2, "group", &group, -1) ||
      !args.Integer<uint32_t>(3, "flags", &flags, 0, kAdoptFlags)) {
    return args.Failed();
  }
  if ((flags & kListening) != 0 && (flags & kConnecting) != 0) {
    args.OutOfRange("flags", "either Listening or Connecting", args[3]);
    return args.Failed();
  }
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  if ((flags & kDecoded) != 0 && streams->decoder() == nullptr) {
    args.OutOfRange("flags", "without Decoded where there is no decoder", args[3]);
    return args.Failed();
  }
  int64_t id = streams->Adopt(fd, group, flags);
  // A stale owner of the number is told.
  ReactorBinding* reactor = ReactorBinding::From(args[0]);
  // None is found any more where the environment was terminated meanwhile.
  if (reactor != nullptr) reactor->Stir();
  return args.Result(id);
}

Napi::Value CloseListener(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  if (!args.Integer<int32_t>(1, "id", &id)) return args.Failed();
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  streams->CloseListener(id);
  return args.env().Undefined();
}

Napi::Value SendNow(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  Span<uint8_t> bytes;
  if (!args.Integer<int32_t>(1, "id", &id) || !args.Bytes(2, "data", &bytes)) return args.Failed();
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  return args.Result(static_cast<int64_t>(streams->SendNow(id, bytes.data, bytes.length)));
}

Napi::Value SendFileNow(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  int file;
  int64_t offset;
  int64_t length;
  if (!args.Integer<int32_t>(1, "id", &id) || !args.Fd(2, "fd", &file) ||
      !args.Integer<int64_t>(3, "offset", &offset, 0) ||
      !args.Integer<int64_t>(4, "length", &length, 0)) {
    return args.Failed();
  }
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  return args.Result(streams->SendFileNow(id, file, offset, static_cast<size_t>(length)));
}

// Copies of descriptors, under a number for kSendHandles: the caller may close its own.
Napi::Value StageHandles(const Napi::CallbackInfo& info) {
  Arguments args(info);
  std::vector<int> given;
  if (!sys::ReadDescriptors(args, args[1], "fds", &given)) return args.Failed();
  if (given.empty() || given.size() > kMostHandles) {
    args.OutOfRange("fds", "1 to 253 descriptors", args[1]);
    return args.Failed();
  }
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  std::vector<int> copies;
  for (int fd : given) {
    int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
      int error = errno;
      Parcel dropped(std::move(copies));
      return args.Result(-error);
    }
    copies.push_back(copy);
  }
  return args.Result(streams->StageHandles(Parcel(std::move(copies))));
}

// Of a closed reactor: they are closed with it.
Napi::Value DropHandles(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t token;
  if (!args.Integer<int32_t>(1, "token", &token)) return args.Failed();
  ReactorBinding* reactor = ReactorBinding::From(args[0]);
  if (reactor != nullptr && reactor->turner() != nullptr) {
    Streams* streams = StreamsOf(args);
    if (streams != nullptr) streams->DropHandles(token);
  }
  return args.env().Undefined();
}

Napi::Value TakeHandles(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  if (!args.Integer<int32_t>(1, "id", &id)) return args.Failed();
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  Parcel parcel(streams->TakeHandles(id));
  Napi::Array fds = Napi::Array::New(args.env(), parcel.fds().size());
  for (size_t i = 0; i < parcel.fds().size(); i++) {
    fds.Set(static_cast<uint32_t>(i), static_cast<double>(parcel.fds()[i]));
  }
  // A Worker that is being terminated makes no arrays: then they are closed here.
  if (args.env().IsExceptionPending()) return args.Failed();
  parcel.Take();
  return fds;
}

// A number that is known of a socket.
template <auto kMember>
Napi::Value OfSocket(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  if (!args.Integer<int32_t>(1, "id", &id)) return args.Failed();
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  return args.Result((streams->*kMember)(id));
}

Napi::Value ConfigureGroup(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t group;
  uint32_t idle_ms;
  int32_t limit;
  if (!args.Integer<int32_t>(1, "group", &group, 0) ||
      !args.Integer<uint32_t>(2, "idleTimeout", &idle_ms, 0, Wheel::kLongest) ||
      !args.Integer<int32_t>(3, "maxConnections", &limit, -1)) {
    return args.Failed();
  }
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  return args.Result(streams->ConfigureGroup(group, idle_ms, limit, args.Flag(4), args.Flag(5)));
}

Napi::Value GroupInUse(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t group;
  if (!args.Integer<int32_t>(1, "group", &group)) return args.Failed();
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  return args.Result(streams->GroupInUse(group));
}

Napi::Value SetIdle(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  uint32_t idle_ms;
  if (!args.Integer<int32_t>(1, "id", &id) ||
      !args.Integer<uint32_t>(2, "idleTimeout", &idle_ms, 0, Wheel::kLongest)) {
    return args.Failed();
  }
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  int result = streams->SetIdle(id, idle_ms);
  // It may be due earlier than anything that was waited for.
  ReactorBinding* reactor = ReactorBinding::From(args[0]);
  if (reactor != nullptr) reactor->Stir();
  return args.Result(result);
}

// The two ends of a dropped connection, in a record's words: [local, remote].
Napi::Value DroppedEnds(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t index;
  if (!args.Integer<int32_t>(1, "index", &index)) return args.Failed();
  Streams* streams = StreamsOf(args);
  if (streams == nullptr) return args.Failed();
  Napi::Array ends = Napi::Array::New(args.env(), 2);
  const Dropped* dropped = streams->DroppedAt(index);
  if (dropped == nullptr) return ends;
  const auto* local = reinterpret_cast<const sockaddr*>(&dropped->local);
  const auto* remote = reinterpret_cast<const sockaddr*>(&dropped->remote);
  ends.Set(0u, sys::AddressToJs(args.env(), local, dropped->local_length));
  ends.Set(1u, sys::AddressToJs(args.env(), remote, dropped->remote_length));
  return ends;
}

// Of a reactor without streams: none, and none are made for it.
Napi::Value Depths(const Napi::CallbackInfo& info) {
  Arguments args(info);
  ReactorBinding* reactor = ReactorBinding::From(args[0]);
  if (reactor == nullptr) {
    args.WrongType("reactor", "a native reactor", args[0]);
    return args.Failed();
  }
  auto* streams = static_cast<Streams*>(reactor->plane(PlaneKind::kStreams));
  Napi::Object out = Napi::Object::New(args.env());
  out.Set("sockets", streams == nullptr ? 0 : streams->CountOpen());
  out.Set("due", streams == nullptr ? 0.0 : static_cast<double>(streams->due()));
  return out;
}

}  // namespace

void ExportStreams(Napi::Env env, Napi::Object exports) {
  sys::Method<Received>(env, exports, "received");
  sys::Method<Sending>(env, exports, "sending");
  sys::Method<Commands>(env, exports, "commands");
  sys::Method<Adopt>(env, exports, "adopt");
  sys::Method<CloseListener>(env, exports, "closeListener");
  sys::Method<ConfigureGroup>(env, exports, "configureGroup");
  sys::Method<GroupInUse>(env, exports, "groupInUse");
  sys::Method<SetIdle>(env, exports, "setIdle");
  sys::Method<DroppedEnds>(env, exports, "droppedEnds");
  sys::Method<Depths>(env, exports, "depths");
  sys::Method<SendNow>(env, exports, "sendNow");
  sys::Method<SendFileNow>(env, exports, "sendFileNow");
  sys::Method<OfSocket<&Streams::FileLeft>>(env, exports, "fileLeft");
  sys::Method<StageHandles>(env, exports, "stageHandles");
  sys::Method<DropHandles>(env, exports, "dropHandles");
  sys::Method<TakeHandles>(env, exports, "takeHandles");
  sys::Method<OfSocket<&Streams::DescriptorOf>>(env, exports, "descriptorOf");
}

}  // namespace edgeloop
