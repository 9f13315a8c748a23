// mmap(2).

#include <sys/mman.h>

#include "sys/constants/constants.h"

// Younger than the oldest C library that this is built with.
#ifndef MAP_SHARED_VALIDATE
#define MAP_SHARED_VALIDATE 0x03
#endif
#ifndef MAP_SYNC
#define MAP_SYNC 0x80000
#endif
#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

namespace edgeloop::sys {

void ExportMemoryConstants(Napi::Env env, Napi::Object exports) {
  static constexpr Constant kTable[] = {
      {"PROT_NONE", PROT_NONE},
      {"PROT_READ", PROT_READ},
      {"PROT_WRITE", PROT_WRITE},
      {"PROT_EXEC", PROT_EXEC},
      {"MAP_SHARED", MAP_SHARED},
      {"MAP_SHARED_VALIDATE", MAP_SHARED_VALIDATE},
      {"MAP_PRIVATE", MAP_PRIVATE},
      {"MAP_ANONYMOUS", MAP_ANONYMOUS},
      {"MAP_ANON", MAP_ANON},
      {"MAP_FIXED", MAP_FIXED},
      {"MAP_FIXED_NOREPLACE", MAP_FIXED_NOREPLACE},
      {"MAP_GROWSDOWN", MAP_GROWSDOWN},
      {"MAP_LOCKED", MAP_LOCKED},
      {"MAP_NONBLOCK", MAP_NONBLOCK},
      {"MAP_NORESERVE", MAP_NORESERVE},
      {"MAP_POPULATE", MAP_POPULATE},
      {"MAP_STACK", MAP_STACK},
      {"MAP_SYNC", MAP_SYNC},
  };
  SetAll(env, exports, kTable);
}

}  // namespace edgeloop::sys
