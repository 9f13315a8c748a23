// inotify_init1(2), inotify_add_watch(2), inotify_rm_watch(2). lib/sys/inotify.ts decodes events.

#include <sys/inotify.h>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/path.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

Napi::Value InotifyInit1(const Napi::CallbackInfo& info) {
  Arguments args(info);
  uint32_t flags;
  if (!args.Mask(0, "flags", &flags)) return args.Failed();
  return args.Result(OrErrno(::inotify_init1(static_cast<int>(flags) | IN_CLOEXEC)));
}

Napi::Value InotifyAddWatch(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  std::string path;
  uint32_t mask;
  if (!args.Fd(0, "fd", &fd) || !ReadPath(args, 1, "path", &path) || !args.Mask(2, "mask", &mask)) {
    return args.Failed();
  }
  return args.Result(Uninterrupted([&] { return ::inotify_add_watch(fd, path.c_str(), mask); }));
}

Napi::Value InotifyRmWatch(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd, watch;
  if (!args.Fd(0, "fd", &fd) || !args.Integer<int>(1, "wd", &watch)) return args.Failed();
  return args.Result(OrErrno(::inotify_rm_watch(fd, watch)));
}

}  // namespace

void ExportInotify(Napi::Env env, Napi::Object exports) {
  Method<InotifyInit1>(env, exports, "inotify_init1");
  Method<InotifyAddWatch>(env, exports, "inotify_add_watch");
  Method<InotifyRmWatch>(env, exports, "inotify_rm_watch");
}

}  // namespace edgeloop::sys
